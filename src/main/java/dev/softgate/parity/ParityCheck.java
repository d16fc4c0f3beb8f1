package dev.softgate.parity;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSignal;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.Mode;
import dev.softgate.model.ResNet;
import dev.softgate.parity.ParityReport.Quantity;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;
import dev.softgate.torch.Module;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.training.TrainingStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs a golden file's model in float32: evaluates its first batch in the initial state, then takes
 * all its training steps.
 *
 * <p>The bounds are those of golden/README: outputs 1e-4 absolute; losses 5e-4 relative to max(1,
 * value); norms of the final state 1e-2 relative. If a file has the final state, each tensor may
 * differ by 1e-1 relative, in L2. golden/README gives no bound for that; rounding affects tensors
 * about ten times as much as norms (7e-3 against 5e-4 after three steps at depth 20).
 */
public final class ParityCheck {

  private static final double OUTPUT_BOUND = 1e-4;
  private static final double LOSS_BOUND = 5e-4;
  private static final double NORM_BOUND = 1e-2;
  private static final double TENSOR_BOUND = 1e-1;

  private final GoldenFile golden;
  private final Compute compute;
  private final Map<String, HostTensor> computed = new LinkedHashMap<>();
  private final List<Quantity> quantities = new ArrayList<>();

  private ParityCheck(GoldenFile golden, Compute compute) {
    this.golden = golden;
    this.compute = compute;
  }

  /**
   * Compares the model, computed by {@code compute}, with the file.
   *
   * @throws BadInputException if the file's state does not fit its model
   */
  public static ParityReport run(GoldenFile golden, Compute compute) {
    return new ParityCheck(golden, compute).run();
  }

  private ParityReport run() {
    ResNet network = new ResNet(golden.spec(), 0);
    try {
      network.load(golden.before());
    } catch (Module.StateMismatchException e) {
      throw new BadInputException(
          "golden file " + golden.name() + ": before.* does not fit its model: " + e.getMessage(),
          e);
    }
    try (BackboneEngine engine = compute.attach(network)) {
      evaluate(network);
      train(network);
    }
    compareState(network.state());
    return new ParityReport(golden.name(), quantities, computed);
  }

  private void evaluate(ResNet network) {
    Map<String, HostTensor> outputs = new LinkedHashMap<>();
    try (Scope scope = Scope.open()) {
      ResNet.Forward forward =
          network.forward(images(network.device(), golden.batches().get(0)), Mode.EVALUATION);
      outputs.put("logits", forward.logits().toHost());
      putGates(outputs, network, forward);
    }
    golden
        .evaluation()
        .forEach(
            (name, expected) -> {
              HostTensor actual = outputs.get(name);
              if (actual == null || !Arrays.equals(actual.shape(), expected.shape())) {
                throw new BadInputException(
                    "golden file %s: eval.%s is not an output of its model or has the wrong shape"
                        .formatted(golden.name(), name));
              }
              Worst worst = new Worst();
              float[] a = actual.toFloats();
              float[] e = expected.toFloats();
              for (int i = 0; i < e.length; i++) {
                worst.see(Math.abs((double) a[i] - e[i]), "element " + i);
              }
              quantities.add(worst.quantity("eval." + name, OUTPUT_BOUND));
            });
    outputs.forEach((name, tensor) -> computed.put("eval." + name, tensor));
  }

  /**
   * Adds the gates' outputs. If there are several, each has a suffix, as in {@code gate_logits_b2}.
   */
  private void putGates(Map<String, HostTensor> outputs, ResNet network, ResNet.Forward forward) {
    Tensor labels = Tensor.of(network.device(), golden.batches().get(0).labels());
    for (int i = 0; i < forward.gates().size(); i++) {
      GateSignal gate = forward.gates().get(i);
      String suffix = forward.gates().size() == 1 ? "" : "_" + network.gateNames().get(i);
      outputs.put("g" + suffix, gate.g().toHost());
      if (gate.logits() != null) {
        outputs.put("gate_logits" + suffix, gate.logits().toHost());
        if (golden.spec().gate().trainsItself()) {
          outputs.put("gate_loss" + suffix, gate.logits().crossEntropy(labels).toHost());
        }
      }
    }
    Tensor penalty = forward.penalty();
    if (penalty != null) {
      outputs.put("gate_loss", penalty.toHost());
    }
  }

  private void train(ResNet network) {
    GoldenFile.Recipe recipe = golden.recipe();
    TrainingStep step =
        new TrainingStep(network, recipe.momentum(), recipe.weightDecay(), recipe.lambdaMem());
    TrainingStep.Rates rates = new TrainingStep.Rates(recipe.lr(), recipe.lrGate());
    Worst classification = new Worst();
    Worst gates = new Worst();
    Worst penalty = new Worst();
    boolean trainsItself = golden.spec().gate().trainsItself();
    for (int i = 0; i < golden.batches().size(); i++) {
      GoldenFile.GoldenBatch batch = golden.batches().get(i);
      boolean mainSteps = !trainsItself || (i + 1) % recipe.gateIters() == 0;
      try (Scope scope = Scope.open()) {
        TrainingStep.Result result =
            step.run(
                images(network.device(), batch),
                Tensor.of(network.device(), batch.labels()),
                rates,
                mainSteps);
        GoldenFile.StepLosses expected = golden.losses().get(i);
        compareLoss(
            classification,
            "cls",
            i,
            new double[] {result.classificationLoss()},
            List.of(expected.classification()));
        compareLoss(gates, "gate_ce", i, result.gateLosses(), expected.gates());
        if (result.penalty() != null && expected.penalty() != null) {
          compareLoss(
              penalty, "gate_reg", i, new double[] {result.penalty()}, List.of(expected.penalty()));
        }
      }
    }
    quantities.add(classification.quantity("loss.cls", LOSS_BOUND));
    if (trainsItself) {
      quantities.add(gates.quantity("loss.gate_ce", LOSS_BOUND));
    }
    if (golden.spec().gate().penalty() != GatePenalty.NONE) {
      quantities.add(penalty.quantity("loss.gate_reg", LOSS_BOUND));
    }
  }

  private void compareLoss(
      Worst worst, String name, int step, double[] actual, List<Double> expected) {
    float[] values = new float[actual.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) actual[i];
      double error = Math.abs(actual[i] - expected.get(i)) / Math.max(1, Math.abs(expected.get(i)));
      worst.see(error, "step " + step);
    }
    if (values.length > 0) {
      computed.put("loss." + step + "." + name, HostTensor.ofFloats(values, values.length));
    }
  }

  private void compareState(Map<String, HostTensor> state) {
    state.forEach((name, tensor) -> computed.put("after." + name, tensor));
    Worst norms = new Worst();
    golden
        .normsAfter()
        .forEach(
            (name, expected) -> {
              double actual = Worst.norm(floats(state, name));
              norms.see(Math.abs(actual - expected) / Math.max(expected, 1e-12), name);
            });
    quantities.add(norms.quantity("after.l2_norm", NORM_BOUND));
    if (!golden.after().isEmpty()) {
      Worst tensors = new Worst();
      golden
          .after()
          .forEach((name, expected) -> tensors.see(difference(state, name, expected), name));
      quantities.add(tensors.quantity("after.tensors", TENSOR_BOUND));
    }
  }

  /** ‖actual − expected‖ / ‖expected‖; for integers 1 if any differs, else 0. */
  private double difference(Map<String, HostTensor> state, String name, HostTensor expected) {
    HostTensor actual = state.get(name);
    if (actual == null
        || actual.type() != expected.type()
        || !Arrays.equals(actual.shape(), expected.shape())) {
      throw new BadInputException(
          "golden file %s: after.%s is not in its model's state or has the wrong type or shape"
              .formatted(golden.name(), name));
    }
    if (expected.type() != ElementType.F32) {
      return actual.data().equals(expected.data()) ? 0 : 1;
    }
    float[] difference = actual.toFloats();
    float[] values = expected.toFloats();
    for (int i = 0; i < difference.length; i++) {
      difference[i] -= values[i];
    }
    return Worst.norm(difference) / Math.max(Worst.norm(values), 1e-12);
  }

  private float[] floats(Map<String, HostTensor> state, String name) {
    HostTensor tensor = state.get(name);
    if (tensor == null || tensor.type() != ElementType.F32) {
      throw new BadInputException(
          "golden file %s: its model has no float tensor %s".formatted(golden.name(), name));
    }
    return tensor.toFloats();
  }

  private static Tensor images(Device device, GoldenFile.GoldenBatch batch) {
    return Tensor.of(device, batch.images()).to(DType.FLOAT32).channelsLast();
  }
}
