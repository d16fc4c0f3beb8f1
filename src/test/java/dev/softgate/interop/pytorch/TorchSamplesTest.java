package dev.softgate.interop.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.SharedFolder;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that PyTorch wrote, if the folder with them exists. */
class TorchSamplesTest {

  private static final String GOLDEN = "golden/gate_classifier_exit_basic20_c10";
  private static final String BEFORE = "before.";

  @ParameterizedTest
  @ValueSource(strings = {".pth", ".legacy.pth"})
  void checkpointMatchesTheGoldenWeights(String ending) {
    TorchFile.Contents contents = TorchFile.read(SharedFolder.require(GOLDEN + ending));

    Map<String, HostTensor> expected = new LinkedHashMap<>();
    Safetensors.read(SharedFolder.require(GOLDEN + ".safetensors"))
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(BEFORE)) {
                expected.put(name.substring(BEFORE.length()), tensor);
              }
            });
    assertThat(expected).hasSizeGreaterThan(100);
    assertThat(contents.tensors()).containsOnlyKeys(expected.keySet());
    assertThat(contents.tensors().keySet())
        .startsWith("conv1.weight", "bn1.weight", "bn1.bias")
        .endsWith("g_layer.1.weight", "g_layer.1.bias");
    contents
        .tensors()
        .forEach(
            (name, actual) -> {
              HostTensor golden = Objects.requireNonNull(expected.get(name));
              assertThat(actual.shape()).as(name).isEqualTo(golden.shape());
              if (golden.type() == ElementType.I64) {
                assertThat(actual.toLongs()).as(name).isEqualTo(golden.toLongs());
              } else {
                assertThat(actual.type()).as(name).isEqualTo(ElementType.F32);
                assertThat(actual.toFloats()).as(name).isEqualTo(golden.toFloats());
              }
            });
    assertThat(contents.numbers()).isEqualTo(Map.of("epoch", 12L, "acc", 91.25));
  }

  /**
   * Parameters: stem 3·16·9 + 2·16; for each unit of width w two convolutions of 9w² (9w²/2 for the
   * first in a wider stage) and 4w of batch norms; 64·10 + 10 of the last layer.
   */
  @ParameterizedTest
  @CsvSource({
    "resnet20-12fca82f.th, 3, 91.78",
    "resnet32-d509ac18.th, 5, 92.78",
    "resnet56-4bfd9763.th, 9, 93.62"
  })
  void readsPublicNetworks(String name, int unitsPerStage, double bestPercent) {
    TorchFile.Contents contents = TorchFile.read(SharedFolder.require("pretrained/" + name));

    assertThat(contents.tensors()).hasSize(5 + 3 * unitsPerStage * 10 + 2);
    assertThat(contents.tensors().keySet())
        .startsWith("module.conv1.weight", "module.bn1.weight") // as DataParallel names them
        .endsWith("module.linear.weight", "module.linear.bias");
    long parameters =
        contents.tensors().entrySet().stream()
            .filter(entry -> !entry.getKey().contains("running"))
            .collect(Collectors.summingLong(entry -> entry.getValue().elements()));
    long expected = 3 * 16 * 9 + 2 * 16 + 64 * 10 + 10;
    for (long width : new long[] {16, 32, 64}) {
      expected += unitsPerStage * (18 * width * width + 4 * width);
      expected -= width > 16 ? 9 * width * width / 2 : 0;
    }
    assertThat(parameters).isEqualTo(expected);
    contents
        .tensors()
        .forEach(
            (tensor, values) -> {
              for (float value : values.toFloats()) {
                assertThat(value).as(tensor).isFinite().isBetween(-100f, 100f);
              }
            });
    assertThat(contents.numbers()).containsOnlyKeys("best_prec1");
    assertThat((Double) contents.numbers().get("best_prec1")).isCloseTo(bestPercent, within(1e-5));
  }
}
