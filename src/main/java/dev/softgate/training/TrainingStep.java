package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.evaluation.GateValues;
import dev.softgate.gate.GateSignal;
import dev.softgate.gate.MixRule;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.Mode;
import dev.softgate.model.Pass;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One batch of training: forward, two losses, one backward, two updates.
 *
 * <pre>
 *   L_cls  = cross-entropy(logits, y)         moves everything but gate classifiers
 *   L_gate = cross-entropy(gate logits, y)    moves a gate classifier, and nothing else
 *   P      = mean of the gates' penalties     moves everything, weighed by λ
 * </pre>
 *
 * <p>An {@link Objective} such as {@link Distillation} may take the place of L_cls, which is
 * reported in any case. With a loss of skipping, L_cls of the network with all images skipping at
 * the last gate is added.
 *
 * <p>All gradients are taken at the weights of the forward pass, in one backward pass over L_cls +
 * λ·P + the L_gate of each gate classifier, which keeps its own gradient apart (see {@link
 * dev.softgate.gate.GateClassifier}). Gate classifiers step on every batch, by one optimizer. On a
 * batch where the rest does not step, the forward pass records nothing and only L_gate is
 * differentiated; batch norm's running statistics move all the same. Gates of other kinds are
 * trained with the network, by its optimizer.
 *
 * <p>With {@link Replicas} in other processes, the gradients are those of the mean loss over all
 * their images: each is weighed by its share of the images and added up before the updates.
 *
 * <p>Source: golden/README "The training step". Differs from the published code: it stepped the
 * gate before it took the backbone's gradient, and paid a second backward pass
 * (docs/decisions/0001).
 */
public final class TrainingStep {

  private final ResNet network;
  private final LossWeights weights;
  private final Optimizer mainOptimizer;
  private final @Nullable Optimizer gateOptimizer;
  private final Objective objective;
  private @Nullable Replicas replicas; // null for a single process

  /**
   * Prepares to train {@code network} on labels alone.
   *
   * @param penaltyWeight λ, of the gates' penalty
   */
  public TrainingStep(ResNet network, double momentum, double weightDecay, double penaltyWeight) {
    this(network, momentum, weightDecay, new LossWeights(penaltyWeight, 0, 0), Objective.LABELS);
  }

  /**
   * Prepares to train {@code network}.
   *
   * @param objective what takes the place of L_cls
   * @throws BadInputException if skipping has a loss, and the last stage no gate
   */
  public TrainingStep(
      ResNet network,
      double momentum,
      double weightDecay,
      LossWeights weights,
      Objective objective) {
    this(
        network,
        new Sgd(network.mainParameters().values(), momentum, weightDecay),
        network.spec().gate().trainsItself()
            ? new Sgd(network.ownGateParameters().values(), momentum, weightDecay)
            : null,
        weights,
        objective);
  }

  private TrainingStep(
      ResNet network,
      Optimizer mainOptimizer,
      @Nullable Optimizer gateOptimizer,
      LossWeights weights,
      Objective objective) {
    this.network = network;
    this.weights = weights;
    this.objective = objective;
    this.mainOptimizer = mainOptimizer;
    this.gateOptimizer = gateOptimizer;
    if (weights.skip() > 0 && network.spec().additionalUnits(network.spec().stages()) == 0) {
      throw new BadInputException(
          "{skip-loss}: needs a gate on the last stage, in {gate-at}; found none there");
    }
  }

  /** Prepares to train {@code network}, with its replicas, by a configuration. */
  static TrainingStep of(RunConfig config, ResNet network, Objective objective, Replicas replicas) {
    OptimizationConfig optimization = config.optimization();
    network.freeze(optimization.freezing()); // before the optimizers
    TrainingStep step =
        new TrainingStep(
            network,
            Optimizer.of(optimization, ParameterGroup.of(optimization, network)),
            network.spec().gate().trainsItself()
                ? Optimizer.of(optimization, List.of(ParameterGroup.ofGate(optimization, network)))
                : null,
            new LossWeights(
                optimization.lambdaMem(),
                optimization.labelSmoothing(),
                config.skipping().skipLoss()),
            objective);
    step.replicas = replicas.isAlone() ? null : replicas;
    return step;
  }

  /**
   * Trains on one batch, with soft gates and nobody's owned channels.
   *
   * @param images float32, N×3×H×W, channels-last, normalized; owned by the caller
   * @param labels int64, N, in [0, K); owned by the caller
   * @param rates the learning rates of this batch
   * @param mainSteps whether all is updated, or the gate classifiers alone
   */
  public Result run(Tensor images, Tensor labels, Rates rates, boolean mainSteps) {
    Mode mode = mainSteps ? Mode.TRAINING : Mode.of(Pass.TRAINING_GATE_ONLY);
    return run(images, labels, mode.mixing(MixRule.SOFT), rates);
  }

  /**
   * Trains on one batch.
   *
   * @param images float32, N×3×H×W, channels-last, normalized; owned by the caller
   * @param labels int64, N, in [0, K); owned by the caller
   * @param mode how the network computes the batch; in a pass other than {@link Pass#TRAINING} the
   *     gate classifiers alone are updated
   * @param rates the learning rates of this batch
   */
  public Result run(Tensor images, Tensor labels, Mode mode, Rates rates) {
    return run(images, new Targets(labels, null), mode, rates);
  }

  /** Trains on one batch of whole or mixed images, whose targets the caller owns. */
  Result run(Tensor images, Targets targets, Mode mode, Rates rates) {
    try (Scope scope = Scope.open()) {
      boolean mainSteps = mode.pass() == Pass.TRAINING;
      ResNet.Forward forward = network.forward(images, mode);
      Tensor classificationLoss = targets.crossEntropy(forward.logits(), 0);
      List<Tensor> gateLosses =
          gateOptimizer == null
              ? List.of()
              : forward.gates().stream()
                  .map(gate -> targets.crossEntropy(Objects.requireNonNull(gate.logits()), 0))
                  .toList();
      Tensor penalty = forward.penalty();
      Result result =
          new Result(
              classificationLoss.item(),
              gateLosses.stream().mapToDouble(Tensor::item).toArray(),
              penalty == null ? null : penalty.item(),
              correct(forward.logits(), targets.labels()),
              forward.logits().toFloats(),
              gateValues(forward.gates()));

      mainOptimizer.zeroGradients();
      if (gateOptimizer != null) {
        gateOptimizer.zeroGradients();
      }
      List<Tensor> losses = new ArrayList<>(gateLosses);
      if (mainSteps) {
        Objective.Loss loss = objective.on(images);
        losses.add(
            loss.of(forward.logits(), smoothed(classificationLoss, forward.logits(), targets)));
        if (weights.skip() > 0) {
          Tensor entry = network.logitsOfEntry(forward);
          Tensor entryLoss = targets.crossEntropy(entry, weights.labelSmoothing());
          losses.add(loss.of(entry, entryLoss).multiply(weights.skip()));
        }
        if (penalty != null) {
          losses.add(penalty.multiply(weights.penalty()));
        }
      }
      backward(sum(losses), forward, mainSteps);

      if (mainSteps) {
        mainOptimizer.step(rates.main());
      }
      if (gateOptimizer != null) {
        gateOptimizer.step(rates.gate());
      }
      return result;
    }
  }

  private void backward(Tensor loss, ResNet.Forward forward, boolean mainSteps) {
    Replicas all = replicas;
    if (all == null) {
      network.backward(loss, forward);
      return;
    }
    Tensor weighed = loss.multiply(all.weight());
    all.run(() -> network.backward(weighed, forward));
    if (mainSteps) {
      all.sum(mainOptimizer.gradients());
    }
    if (gateOptimizer != null) {
      all.sum(gateOptimizer.gradients());
    }
  }

  /** The cross-entropy of logits, on smoothed labels where a configuration asks for it. */
  private Tensor smoothed(Tensor crossEntropy, Tensor logits, Targets targets) {
    return weights.labelSmoothing() == 0
        ? crossEntropy
        : targets.crossEntropy(logits, weights.labelSmoothing());
  }

  /** The gates' values, on the heap. */
  private List<GateValues> gateValues(List<GateSignal> signals) {
    List<GateValues> values = new ArrayList<>();
    for (GateSignal signal : signals) {
      Tensor entropy = signal.entropyNats();
      values.add(
          new GateValues(
              network.gateNames().get(values.size()),
              signal.g().toFloats(),
              entropy == null ? null : entropy.toFloats(),
              gateOptimizer == null ? null : Objects.requireNonNull(signal.logits()).toFloats()));
    }
    return values;
  }

  private static Tensor sum(List<Tensor> losses) {
    return losses.stream().reduce(Tensor::add).orElseThrow();
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

  /** What both optimizers continue from, as {@link OptimizerTensors} names it. */
  Map<String, HostTensor> optimizers() {
    return OptimizerTensors.joined(
        mainOptimizer.state(), gateOptimizer == null ? null : gateOptimizer.state());
  }

  /**
   * Gives the optimizers their states back.
   *
   * @throws BadInputException if they are not those of this network
   */
  void restore(Map<String, HostTensor> optimizers) {
    mainOptimizer.restore(OptimizerTensors.of(OptimizerTensors.MAIN, optimizers));
    if (gateOptimizer != null) {
      gateOptimizer.restore(OptimizerTensors.of(OptimizerTensors.GATE, optimizers));
    }
  }

  /** The optimizer of everything but gate classifiers. */
  public Optimizer mainOptimizer() {
    return mainOptimizer;
  }

  /** The optimizer of the gate classifiers; null without one. */
  public @Nullable Optimizer gateOptimizer() {
    return gateOptimizer;
  }

  /**
   * The weights of the losses.
   *
   * @param penalty λ, weight of the gates' penalty
   * @param labelSmoothing share of L_cls's target that is uniform, in [0, 1)
   * @param skip weight of L_cls with all images skipping at the last gate, at least 0
   */
  public record LossWeights(double penalty, double labelSmoothing, double skip) {}

  /** The learning rates of one batch; the gate's has no effect without a gate classifier. */
  public record Rates(double main, double gate) {}

  /**
   * The results of a batch, measured before its update.
   *
   * @param classificationLoss cross-entropy on the labels, mixed as the images are, mean over the
   *     batch, nats
   * @param gateLosses loss of each gate classifier, mean over the batch, nats; empty without one
   * @param penalty mean over the gates, before it is weighed; null without
   * @param correct how many images were classified as labeled; mixed ones by the larger share
   * @param logits the network's, N×K, row by row
   * @param gates the values of each gate
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Result(
      double classificationLoss,
      double[] gateLosses,
      @Nullable Double penalty,
      int correct,
      float[] logits,
      List<GateValues> gates) {

    /** The gates' mean loss, or their penalty; null without either. */
    public @Nullable Double gateLoss() {
      return gateLosses.length > 0
          ? Double.valueOf(Arrays.stream(gateLosses).average().orElseThrow())
          : penalty;
    }

    /** Whether every loss is a finite number. */
    boolean isFinite() {
      return Double.isFinite(classificationLoss)
          && Arrays.stream(gateLosses).allMatch(Double::isFinite)
          && (penalty == null || Double.isFinite(penalty));
    }
  }
}
