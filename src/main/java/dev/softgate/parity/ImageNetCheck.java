package dev.softgate.parity;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.BaselineInitialization;
import dev.softgate.model.Mode;
import dev.softgate.model.ResNet;
import dev.softgate.parity.ParityReport.Quantity;
import dev.softgate.torch.Device;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.training.TrainingStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * Computes a network of ImageNet whose weights follow from a formula, and compares it with golden
 * numbers: outputs in evaluation mode, and one training pass.
 *
 * <p>Bounds: outputs 1e-5 of the greatest absolute value; the loss and running means 1e-4 relative;
 * norms of gradients above 1e-3 of the greatest, 3e-2 relative, and 5e-3 in the median. Rounding
 * changes single gradients of these batches by as much in PyTorch itself (docs/decisions/0054).
 */
final class ImageNetCheck {

  private static final double OUTPUT_BOUND = 1e-5;
  private static final double LOSS_BOUND = 1e-4;
  private static final double GRADIENT_BOUND = 3e-2;
  private static final double MEDIAN_BOUND = 5e-3;

  /** Smaller gradients, as a part of the greatest, are mostly rounding. */
  private static final double LEAST_GRADIENT = 1e-3;

  private static final int TRAIN_SIZE = 64;
  private static final int[] TRAIN_LABELS = {3, 7, 991, 500};
  private static final int LAST_STAGE = 4;

  private final ImageNetGolden golden;
  private final Compute compute;
  private final Map<String, HostTensor> computed = new LinkedHashMap<>();
  private final List<Quantity> quantities = new ArrayList<>();

  ImageNetCheck(ImageNetGolden golden, Compute compute) {
    this.golden = golden;
    this.compute = compute;
  }

  ParityReport run() {
    ResNet network = FormulaNetwork.of(golden.arch(), GateSpec.none());
    requireSameNames(network);
    ResNet gated = gated(network);
    try (BackboneEngine plain = compute.attach(network);
        BackboneEngine tapped = compute.attach(gated)) {
      evaluate(network, gated);
      train(network);
    }
    return new ParityReport(golden.arch().text(), quantities, computed);
  }

  private void requireSameNames(ResNet network) {
    if (!golden.gradients().keySet().equals(network.parameters().keySet())) {
      TreeSet<String> other = new TreeSet<>(golden.gradients().keySet());
      other.removeAll(network.parameters().keySet());
      throw new BadInputException(
          "golden file %s: its gradients are of %d parameters, the network has %d%s"
              .formatted(
                  golden.arch().text(),
                  golden.gradients().size(),
                  network.parameters().size(),
                  other.isEmpty() ? "" : " and no " + other.first()));
    }
  }

  /** The network with a gate behind the first unit of its last stage, whose end o1 is. */
  private static ResNet gated(ResNet network) {
    StageGateSpec gate = StageGateSpec.of(GateKind.CLASSIFIER, List.of(LAST_STAGE));
    ResNet gated = new ResNet(FormulaNetwork.spec(network.spec().arch(), gate), 0);
    BaselineInitialization.initialize(gated, network.state());
    return ResNet.restoreInStages(gated.spec(), gated.state());
  }

  private void evaluate(ResNet network, ResNet gated) {
    Map<String, HostTensor> own = new LinkedHashMap<>();
    for (int size :
        golden.evaluation().values().stream().mapToInt(o -> o.size()).distinct().toArray()) {
      int count =
          golden.evaluation().values().stream()
              .filter(output -> output.size() == size)
              .mapToInt(output -> (int) output.values().shape()[0])
              .max()
              .orElseThrow();
      try (Scope scope = Scope.open()) {
        Tensor images = images(network.device(), "x" + size, count, size);
        String key = "eval." + size + ".";
        own.put(key + "logits", network.forward(images, Mode.EVALUATION).logits().toHost());
        ResNet.Forward forward = gated.forward(images, Mode.EVALUATION);
        own.put(key + "layer3.pooled", forward.stageFeatures().get(LAST_STAGE - 2).toHost());
        own.put(key + "layer4.0.pooled", forward.taps().o1().globalAveragePool().toHost());
        own.put(key + "layer4.pooled", forward.taps().o2().globalAveragePool().toHost());
      }
    }
    golden
        .evaluation()
        .forEach(
            (name, output) -> {
              HostTensor actual = Objects.requireNonNull(own.get(name));
              computed.put(name, actual);
              compare(name, actual.toFloats(), output.values().toFloats());
            });
  }

  private void compare(String name, float[] actual, float[] expected) {
    if (actual.length != expected.length) {
      throw new BadInputException(
          "golden file %s: the outputs of one image size are of several counts of images"
              .formatted(golden.arch().text()));
    }
    double greatest = 1e-12;
    for (float value : expected) {
      greatest = Math.max(greatest, Math.abs(value));
    }
    Worst worst = new Worst();
    for (int i = 0; i < expected.length; i++) {
      worst.see(Math.abs((double) actual[i] - expected[i]) / greatest, "element " + i);
    }
    quantities.add(worst.quantity(name, OUTPUT_BOUND));
  }

  private void train(ResNet network) {
    new TrainingStep(network, 0, 0, 0).mainOptimizer().zeroGradients(); // engines add to these
    try (Scope scope = Scope.open()) {
      Tensor images = images(network.device(), "train", TRAIN_LABELS.length, TRAIN_SIZE);
      ResNet.Forward forward = network.forward(images, Mode.TRAINING);
      Tensor loss = forward.logits().crossEntropy(Tensor.ofLabels(network.device(), TRAIN_LABELS));
      network.backward(loss, forward);
      computed.put("loss.0.cls", loss.toHost());
      Worst worst = new Worst();
      worst.see(relative(loss.item(), golden.loss()), "step 0");
      quantities.add(worst.quantity("loss.cls", LOSS_BOUND));
    }
    Map<String, Double> gradients = new LinkedHashMap<>();
    for (Map.Entry<String, Parameter> entry : network.parameters().entrySet()) {
      try (Scope scope = Scope.open()) {
        Tensor gradient = Objects.requireNonNull(entry.getValue().value().gradient());
        gradients.put(entry.getKey(), Worst.norm(gradient.toFloats()));
      }
    }
    double greatest =
        golden.gradients().values().stream().mapToDouble(norm -> norm).max().orElseThrow();
    Map<String, Double> strong = new LinkedHashMap<>(golden.gradients());
    strong.values().removeIf(norm -> norm <= LEAST_GRADIENT * greatest);
    compareNorms("gradient_l2", gradients, strong, GRADIENT_BOUND);
    double[] errors =
        strong.entrySet().stream()
            .mapToDouble(
                each ->
                    relative(Objects.requireNonNull(gradients.get(each.getKey())), each.getValue()))
            .sorted()
            .toArray();
    Worst median = new Worst();
    median.see(errors[errors.length / 2], errors.length + " parameters");
    quantities.add(median.quantity("gradient_l2.median", MEDIAN_BOUND));
    Map<String, Double> means = new LinkedHashMap<>();
    network
        .state()
        .forEach(
            (name, tensor) -> {
              if (golden.runningMeans().containsKey(name)) {
                computed.put("after." + name, tensor);
                means.put(name, Worst.norm(tensor.toFloats()));
              }
            });
    compareNorms("after.running_mean_l2", means, golden.runningMeans(), LOSS_BOUND);
  }

  private void compareNorms(
      String quantity, Map<String, Double> actual, Map<String, Double> expected, double bound) {
    Worst worst = new Worst();
    expected.forEach(
        (name, norm) -> {
          Double own = actual.get(name);
          if (own == null) {
            throw new BadInputException(
                "golden file %s: its network has no %s".formatted(golden.arch().text(), name));
          }
          worst.see(relative(own, norm), name);
        });
    actual.forEach(
        (name, norm) ->
            computed.put(
                quantity + "." + name, HostTensor.ofFloats(new float[] {norm.floatValue()}, 1)));
    quantities.add(worst.quantity(quantity, bound));
  }

  private static double relative(double actual, double expected) {
    return Math.abs(actual - expected) / Math.max(1e-12, Math.abs(expected));
  }

  private static Tensor images(Device device, String name, int count, int size) {
    float[] values = FormulaNetwork.uniform(name, count * 3 * size * size);
    return Tensor.ofFloats(device, values, count, 3, size, size).channelsLast();
  }
}
