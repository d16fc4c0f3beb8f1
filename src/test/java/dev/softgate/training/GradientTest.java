package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.BlockKind;
import dev.softgate.model.Family;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.NaiveResNet;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The gradient of each loss against finite differences of a naive network in double precision. A
 * step without momentum and decay at learning rate 1 moves a parameter by minus its gradient.
 */
class GradientTest {

  private static final int[] LABELS = {2, 0};
  private static final int SIDE = 8;
  private static final double DELTA = 1e-6;
  private static final double LAMBDA = 0.5;

  private final float[] pixels = RandomNetwork.pixels(LABELS.length * 3 * SIDE * SIDE, 8);

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  @ParameterizedTest
  @EnumSource
  void matchFiniteDifferences(GateTap tap) {
    ModelSpec spec = RandomNetwork.spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER, tap);
    ResNet network = RandomNetwork.of(spec, 7);
    Map<String, HostTensor> before = network.state();
    TrainingStep step = new TrainingStep(network, 0, 0, 0);
    try (Scope scope = Scope.open()) {
      step.run(
          Tensor.ofFloats(Device.CPU, pixels, LABELS.length, 3, SIDE, SIDE),
          Tensor.ofLabels(Device.CPU, LABELS),
          new TrainingStep.Rates(1, 1),
          true);
    }
    Map<String, HostTensor> after = network.state();

    for (String name :
        List.of(
            "conv1.weight",
            "layer1.0.bn2.weight",
            "layer2.0.downsample.0.weight",
            "o1.conv2.weight",
            "o1.bn2.bias",
            "o2.conv2.weight",
            "fc.weight",
            "fc.bias",
            "g_layer.0.weight",
            "g_layer.1.bias")) {
      float[] old = requireNonNull(before.get(name)).toFloats();
      float[] moved = requireNonNull(after.get(name)).toFloats();
      for (int i : new int[] {0, old.length / 2}) {
        double gradient = (double) old[i] - moved[i];
        double difference =
            (loss(spec, before, name, i, DELTA) - loss(spec, before, name, i, -DELTA))
                / (2 * DELTA);
        assertThat(gradient)
            .as("derivative by %s[%d]", name, i)
            .isCloseTo(difference, within(1e-5 + 1e-3 * Math.abs(difference)));
      }
    }
  }

  static Stream<Family.Member> members() {
    return Family.few();
  }

  /**
   * The same for each kind of gate, with its penalty: of a parameter of every sort. A unit's first
   * weight and the gate's have to be among them.
   */
  @ParameterizedTest
  @MethodSource("members")
  void matchForEveryMember(Family.Member member) {
    ModelSpec spec = member.spec(BlockKind.BASIC, 3);
    ResNet network = RandomNetwork.of(spec, 7);
    Map<String, HostTensor> before = network.state();
    TrainingStep step = new TrainingStep(network, 0, 0, LAMBDA);
    try (Scope scope = Scope.open()) {
      step.run(
          Tensor.ofFloats(Device.CPU, pixels, LABELS.length, 3, SIDE, SIDE),
          Tensor.ofLabels(Device.CPU, LABELS),
          new TrainingStep.Rates(1, 1),
          true);
    }
    Map<String, HostTensor> after = network.state();
    NaiveResNet naive = new NaiveResNet(spec, before);

    double greatestOfGates = 0;
    List<String> names = List.copyOf(network.parameters().keySet());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      boolean gate = name.startsWith("g_layer") || name.contains("gate_layer");
      if (i % 5 != 0 && !gate) {
        continue;
      }
      float[] old = requireNonNull(before.get(name)).toFloats();
      int at = old.length / 2;
      double gradient = (double) old[at] - requireNonNull(after.get(name)).toFloats()[at];
      double difference =
          (loss(naive, network, name, at, DELTA) - loss(naive, network, name, at, -DELTA))
              / (2 * DELTA);
      assertThat(gradient)
          .as("derivative by %s[%d]", name, at)
          .isCloseTo(difference, within(1e-5 + 1e-3 * Math.abs(difference)));
      greatestOfGates = gate ? Math.max(greatestOfGates, Math.abs(gradient)) : greatestOfGates;
    }
    if (spec.gated()) {
      assertThat(greatestOfGates).as("else nothing is compared").isGreaterThan(1e-4);
    }
  }

  /** What moves a parameter: its gate's own loss, or everything else's, with it moved. */
  private double loss(NaiveResNet naive, ResNet network, String name, int index, double delta) {
    double value = naive.values(name)[index];
    naive.values(name)[index] += delta;
    NaiveResNet.Output output = naive.forward(pixels, LABELS.length, SIDE, SIDE, true);
    naive.values(name)[index] = value;
    if (network.ownGateParameters().containsKey(name)) {
      List<Integer> stages = network.spec().gate().stages();
      int gate =
          stages.size() == 1 ? 0 : stages.indexOf(Integer.valueOf(name.charAt(9) - '0')); // _b2
      return output.gates().get(gate).loss(LABELS);
    }
    double penalty = output.penalty();
    return output.classificationLoss(LABELS) + (Double.isNaN(penalty) ? 0 : LAMBDA * penalty);
  }

  /** The gate layers' own loss, or everything else's, with one parameter moved. */
  private double loss(
      ModelSpec spec, Map<String, HostTensor> state, String name, int index, double delta) {
    NaiveResNet naive = new NaiveResNet(spec, state);
    naive.values(name)[index] += delta;
    NaiveResNet.Output output = naive.forward(pixels, LABELS.length, SIDE, SIDE, true);
    return name.startsWith("g_layer.")
        ? output.gates().get(0).loss(LABELS)
        : output.classificationLoss(LABELS);
  }
}
