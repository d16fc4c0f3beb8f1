package dev.softgate.model;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateSignal;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class InitializationTest {

  private static final int CLASSES = 10;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static ModelSpec spec(BlockKind block, int depth, GateKind gate) {
    return ModelSpec.resnet(
        block, depth, CLASSES, RandomNetwork.gate(gate, GateTap.ENTRY, GateCalibration.NORMALISED));
  }

  @ParameterizedTest
  @EnumSource
  void drawsFromTheDocumentedDistributions(BlockKind block) {
    ResNet network = new ResNet(spec(block, 20, GateKind.CLASSIFIER), 3);

    network
        .state()
        .forEach(
            (name, tensor) -> {
              long[] shape = tensor.shape();
              if (tensor.type() != ElementType.F32) {
                assertThat(tensor.toLongs()).as(name).containsOnly(0);
              } else if (shape.length == 4) {
                assertNormal(name, tensor, Math.sqrt(2.0 / (shape[2] * shape[3] * shape[0])));
              } else if (name.startsWith("fc.")) {
                assertUniform(name, tensor, 1 / Math.sqrt(64.0 * block.expansion()));
              } else if (name.startsWith("g_layer.0.")) {
                assertUniform(name, tensor, 1 / Math.sqrt(64.0 * block.expansion()));
              } else if (name.startsWith("g_layer.1.")) {
                assertUniform(name, tensor, 1 / Math.sqrt(512));
              } else {
                boolean one = name.endsWith("weight") || name.endsWith("running_var");
                assertThat(tensor.toFloats()).as(name).containsOnly(one ? 1 : 0);
              }
            });
  }

  /** Mean and deviation within five standard errors of a sample of that size. */
  private static void assertNormal(String name, HostTensor tensor, double deviation) {
    float[] values = tensor.toFloats();
    double mean = 0;
    for (float value : values) {
      mean += value / values.length;
    }
    double squares = 0;
    for (float value : values) {
      squares += (value - mean) * (value - mean) / values.length;
    }
    double error = 5 / Math.sqrt(values.length);
    assertThat(mean).as("mean of %s", name).isCloseTo(0, within(error * deviation));
    assertThat(Math.sqrt(squares) / deviation)
        .as("deviation of %s", name)
        .isCloseTo(1, within(error));
  }

  /** All draws are within the bound, and the greatest is as near to it as their number implies. */
  private static void assertUniform(String name, HostTensor tensor, double bound) {
    float[] values = tensor.toFloats();
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    double slack = Math.min(1, 20.0 / values.length) * 2 * bound;
    assertThat((double) least).as(name).isBetween(-bound, -bound + slack);
    assertThat((double) most).as(name).isBetween(bound - slack, bound);
  }

  @ParameterizedTest
  @CsvSource({"NONE", "CLASSIFIER"})
  void startsAtTheLossOfGuessing(GateKind gate) {
    ResNet network = new ResNet(spec(BlockKind.BASIC, 14, gate), 1);
    int images = 64;
    int[] labels = new int[images];
    for (int i = 0; i < images; i++) {
      labels[i] = i % CLASSES;
    }
    try (Scope scope = Scope.open()) {
      Tensor pixels =
          Tensor.ofFloats(Device.CPU, RandomNetwork.pixels(images * 3 * 64, 2), images, 3, 8, 8);
      ResNet.Forward forward = network.forward(pixels, Mode.TRAINING);

      assertThat(forward.logits().crossEntropy(Tensor.ofLabels(Device.CPU, labels)).item())
          .isCloseTo(Math.log(CLASSES), within(0.5));
      assertThat(forward.gates()).hasSize(gate == GateKind.NONE ? 0 : 1);
      for (GateSignal signal : forward.gates()) {
        assertThat(
                requireNonNull(signal.logits())
                    .crossEntropy(Tensor.ofLabels(Device.CPU, labels))
                    .item())
            .isCloseTo(Math.log(CLASSES), within(0.5));
      }
    }
  }

  @Test
  void dependsOnTheSeed() {
    ModelSpec spec = spec(BlockKind.BASIC, 14, GateKind.CLASSIFIER);
    Map<String, HostTensor> first = new ResNet(spec, 1).state();
    Map<String, HostTensor> again = new ResNet(spec, 1).state();
    Map<String, HostTensor> other = new ResNet(spec, 2).state();

    assertThat(differing(first, again)).isEmpty();
    assertThat(differing(first, other))
        .containsExactlyElementsOf(
            first.keySet().stream()
                .filter(name -> name.matches("(.*conv\\d|.*downsample.0|fc|g_layer.\\d)\\..*"))
                .toList());
  }

  @Test
  void gatedNetworkAndBaselineShareInitialWeights() {
    Map<String, HostTensor> gated =
        new ResNet(spec(BlockKind.BASIC, 20, GateKind.CLASSIFIER), 1).state();
    Map<String, HostTensor> plain = new ResNet(spec(BlockKind.BASIC, 20, GateKind.NONE), 1).state();
    gated.keySet().retainAll(plain.keySet());
    gated.keySet().removeIf(name -> name.startsWith("layer3.")); // other units under these names

    assertThat(gated).containsKeys("layer2.2.conv1.weight", "fc.weight");
    assertThat(differing(gated, plain)).isEmpty();
  }

  private static List<String> differing(
      Map<String, HostTensor> state, Map<String, HostTensor> other) {
    List<String> names = new ArrayList<>();
    state.forEach(
        (name, tensor) -> {
          HostTensor counterpart = other.get(name);
          if (counterpart == null || !counterpart.data().equals(tensor.data())) {
            names.add(name);
          }
        });
    return names;
  }
}
