package dev.softgate.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.gate.GateSpec;
import dev.softgate.interop.HostTensor;
import dev.softgate.torch.TorchRuntime;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class UnitsInitTest {

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static ModelSpec spec(Architecture arch, BlockKind block) {
    return new ModelSpec(
        arch, block, 2 + 2 * block.depthStep(), 3, ShortcutKind.PROJECTION, GateSpec.none());
  }

  /** What changed, and that nothing else did. */
  @ParameterizedTest
  @CsvSource({
    "RESNET, BASIC, ZERO, '(layer|o).*bn2.weight'",
    "RESNET, BOTTLENECK, ZERO, '(layer|o).*bn3.weight'",
    "PRERESNET, BASIC, ZERO, '(layer|o).*conv2.weight'",
    "RESNET, BASIC, IDENTITY, '(layer|o).*conv[12].weight'",
    "PRERESNET, BOTTLENECK, IDENTITY, '(layer|o).*conv[123].weight'",
    "RESNET, BASIC, DRAWN, none",
  })
  void changesTheUnitsAlone(Architecture arch, BlockKind block, UnitsInit init, String names) {
    Map<String, HostTensor> drawn = new ResNet(spec(arch, block), 5).state();
    ResNet network = new ResNet(spec(arch, block), 5);

    init.applyTo(network);

    network
        .state()
        .forEach(
            (name, tensor) -> {
              HostTensor before = Objects.requireNonNull(drawn.get(name));
              if (!name.matches(names)) {
                assertThat(tensor.data()).as(name).isEqualTo(before.data());
              } else if (init == UnitsInit.ZERO) {
                assertThat(tensor.toFloats()).as(name).containsOnly(0);
              } else {
                assertThat(tensor.toFloats())
                    .as(name)
                    .isEqualTo(passing(before.toFloats(), tensor.shape()));
              }
            });
  }

  /** PyTorch's {@code dirac_(weight[:weight.size(1)])}, filter by filter. */
  private static float[] passing(float[] weight, long[] shape) {
    float[] expected = weight.clone();
    int next = 0;
    for (int o = 0; o < shape[0]; o++) {
      for (int i = 0; i < shape[1]; i++) {
        for (int y = 0; y < shape[2]; y++) {
          for (int x = 0; x < shape[3]; x++) {
            if (o < shape[1]) {
              expected[next] = o == i && y == shape[2] / 2 && x == shape[3] / 2 ? 1 : 0;
            }
            next++;
          }
        }
      }
    }
    assertThat(Arrays.equals(expected, weight)).isFalse();
    return expected;
  }
}
