package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateSignal;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.Pass;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * One batch of training: forward, two losses, one backward, two updates.
 *
 * <pre>
 *   L_cls  = cross-entropy(logits, y)         moves everything but the gate layers
 *   L_gate = cross-entropy(gate logits, y)    moves the gate layers, and nothing else
 * </pre>
 *
 * <p>Both gradients are taken at the weights of the forward pass, in one backward pass over L_cls +
 * L_gate: the gate keeps the two apart (see {@link dev.softgate.gate.GateClassifier}). The gate
 * steps on every batch. On a batch where the backbone does not step its forward pass records
 * nothing, and only L_gate is differentiated; batch norm's running statistics move all the same.
 *
 * <p>Source: golden/README "The training step". Differs from the published code: it stepped the
 * gate before it took the backbone's gradient, and paid a second backward pass
 * (docs/decisions/0001).
 */
public final class TrainingStep {

  private final ResNet network;
  private final Sgd backboneOptimizer;
  private final @Nullable Sgd gateOptimizer;

  /** Prepares to train {@code network}. */
  public TrainingStep(ResNet network, double momentum, double weightDecay) {
    this.network = network;
    this.backboneOptimizer = new Sgd(network.backboneParameters().values(), momentum, weightDecay);
    this.gateOptimizer =
        network.spec().gated()
            ? new Sgd(network.gateParameters().values(), momentum, weightDecay)
            : null;
  }

  /**
   * Trains on one batch.
   *
   * @param images float32, N×3×H×W, channels-last, normalised; owned by the caller
   * @param labels int64, N, in [0, K); owned by the caller
   * @param rates the learning rates of this batch
   * @param backboneSteps whether the backbone is updated, or the gate alone
   */
  public Result run(Tensor images, Tensor labels, Rates rates, boolean backboneSteps) {
    try (Scope scope = Scope.open()) {
      Pass pass = backboneSteps ? Pass.TRAINING : Pass.TRAINING_GATE_ONLY;
      ResNet.Forward forward = network.forward(images, pass);
      GateSignal gate = forward.gate();
      Tensor classificationLoss = forward.logits().crossEntropy(labels);
      Tensor gateLoss = gate == null ? null : gate.logits().crossEntropy(labels);
      Result result =
          new Result(
              classificationLoss.item(),
              gateLoss == null ? Double.NaN : gateLoss.item(),
              correct(forward.logits(), labels),
              gate == null ? new float[0] : gate.g().toFloats());

      backboneOptimizer.zeroGradients();
      if (gateOptimizer != null) {
        gateOptimizer.zeroGradients();
      }
      if (gateLoss == null) {
        network.backward(classificationLoss, forward, pass);
      } else {
        network.backward(
            backboneSteps ? classificationLoss.add(gateLoss) : gateLoss, forward, pass);
      }

      if (backboneSteps) {
        backboneOptimizer.step(rates.backbone());
      }
      if (gateOptimizer != null) {
        gateOptimizer.step(rates.gate());
      }
      return result;
    }
  }

  private static int correct(Tensor logits, Tensor labels) {
    long[] predicted = logits.argmaxLast().toLongs();
    long[] wanted = labels.toLongs();
    int correct = 0;
    for (int i = 0; i < wanted.length; i++) {
      if (predicted[i] == wanted[i]) {
        correct++;
      }
    }
    return correct;
  }

  /**
   * Gives the optimisers their velocities back.
   *
   * @throws BadInputException if they are not those of this network
   */
  void restore(HostTensor backboneVelocity, @Nullable HostTensor gateVelocity) {
    if ((gateVelocity == null) != (gateOptimizer == null)) {
      throw new BadInputException("the checkpoint's optimisers are not those of its network");
    }
    backboneOptimizer.restore(backboneVelocity);
    if (gateOptimizer != null && gateVelocity != null) {
      gateOptimizer.restore(gateVelocity);
    }
  }

  /** The optimiser of everything but the gate. */
  public Sgd backboneOptimizer() {
    return backboneOptimizer;
  }

  /** The optimiser of the gate layers; null without a gate. */
  public @Nullable Sgd gateOptimizer() {
    return gateOptimizer;
  }

  /** The learning rates of one batch; the gate's is without effect where there is no gate. */
  public record Rates(double backbone, double gate) {}

  /**
   * What a batch gave, measured before its update.
   *
   * @param classificationLoss mean over the batch, nats
   * @param gateLoss mean over the batch, nats; NaN without a gate
   * @param correct how many images were classified as labelled
   * @param g one value an image, in (0, 1); empty without a gate
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Result(double classificationLoss, double gateLoss, int correct, float[] g) {}
}
