package dev.softgate.onednn;

import static dev.softgate.onednn.Vectors.change;
import static dev.softgate.onednn.Vectors.norm;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.BlockKind;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.RandomNetwork;
import dev.softgate.model.ResNet;
import dev.softgate.torch.DType;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import dev.softgate.training.TrainingStep;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Weight gradients from images side by side, and the search for their number. */
class CanvasTest {

  @TempDir Path folder;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "8=8", "8=8,16=4,32=2", "1=1", "9999=64"})
  void roundTripsAsText(String text) {
    assertThat(Canvas.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "8",
        "8=",
        "=8",
        "8=8,",
        "8=0",
        "0=8",
        "8=65",
        "8=8,8=4",
        "-8=8",
        "8=8,,1=1",
        "x"
      })
  void rejectsOtherText(String text) {
    assertThatThrownBy(() -> Canvas.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "8, 3, 1, 64, 8", // eight rows of eight
    "7, 3, 1, 9, 5", // two equally full rows instead of one with eight and one with one
    "8, 3, 1, 5, 5",
    "8, 3, 1, 1, 1",
    "9, 3, 1, 64, 4",
    "16, 3, 1, 6, 3",
    "17, 3, 1, 64, 1",
    "8, 1, 1, 64, 1",
    "8, 3, 2, 64, 1"
  })
  void placesImagesSideBySide(int width, int kernel, int stride, int images, int expected) {
    ConvolutionShape shape = new ConvolutionShape(4, 4, kernel, stride, 3, width);
    assertThat(Canvas.parse("8=8,16=4").sideBySide(shape, images)).isEqualTo(expected);
  }

  /** The state after a batch at rate 0 and one at rate 1, without momentum and decay. */
  private static Map<String, float[]> trained(
      ModelSpec spec, DType type, int threads, String canvas) {
    ResNet network = RandomNetwork.of(spec, 7);
    TrainingStep step = new TrainingStep(network, 0, 0, 0.5);
    try (BackboneEngine engine =
            new OneDnnEngine(network.backbone(), type, threads, () -> Canvas.parse(canvas));
        Scope scope = Scope.open()) {
      network.runOn(engine);
      step.run(images(40), labels(40), new TrainingStep.Rates(0, 0), true);
      step.run(images(37), labels(37), new TrainingStep.Rates(1, 1), true);
    }
    Map<String, float[]> values = new LinkedHashMap<>();
    network
        .state()
        .forEach(
            (name, tensor) -> {
              if (!name.endsWith("num_batches_tracked")) {
                values.put(name, tensor.toFloats());
              }
            });
    return values;
  }

  private static Tensor images(int count) {
    return Tensor.ofImages(
        Device.CPU, RandomNetwork.pixels(count * 3 * 16 * 12, 8), count, 3, 16, 12);
  }

  private static Tensor labels(int count) {
    return Tensor.ofLabels(Device.CPU, new Random(3).ints(count, 0, 3).toArray());
  }

  /**
   * The forward pass and the gradients of the maps have the same bits, and so does everything but
   * the weights of convolutions. The first batch is larger than the second: leftovers on the canvas
   * must not count.
   */
  @ParameterizedTest
  @CsvSource({
    "BASIC, 14, FLOAT32, 1, 12=8, layer1 layer2 o1 o2",
    "BASIC, 14, FLOAT32, 2, '3=16,6=5', layer2 o1 o2",
    "BOTTLENECK, 20, FLOAT32, 3, 12=4, layer1 layer2 o2",
    "BASIC, 14, BFLOAT16, 2, '3=8,6=4,12=2', layer1 layer2 o1 o2",
    "BOTTLENECK, 20, BFLOAT16, 1, 6=8, layer2 o2"
  })
  void sumsHaveTheSameTerms(
      BlockKind block, int depth, DType type, int threads, String canvas, String modules) {
    assumeThat(type == DType.FLOAT32 || TorchRuntime.hasFastBfloat16())
        .as("skipped: the processor has no bfloat16 arithmetic")
        .isTrue();
    ModelSpec spec = RandomNetwork.spec(block, depth, GateKind.CLASSIFIER, GateTap.ENTRY);
    Map<String, float[]> plain = trained(spec, type, threads, "none");
    Set<String> moved = new TreeSet<>();
    for (Map.Entry<String, float[]> entry : trained(spec, type, threads, canvas).entrySet()) {
      float[] wanted = requireNonNull(plain.get(entry.getKey()));
      if (Arrays.equals(entry.getValue(), wanted)) {
        continue;
      }
      assertThat(entry.getKey()).contains("conv");
      assertThat(norm(change(wanted, entry.getValue())))
          .as(entry.getKey())
          .isLessThan(1e-5 * norm(wanted));
      moved.add(entry.getKey().substring(0, entry.getKey().indexOf('.')));
    }
    assertThat(moved).as("sums in another order").containsExactly(modules.split(" "));
  }

  @Test
  void searchesOncePerMachine() throws IOException {
    Path file = folder.resolve("canvas.txt");
    Canvas found = CanvasSearch.kept(file, DType.FLOAT32);
    assertThat(Canvas.parse(Files.readString(file).strip())).isEqualTo(found);
    Files.writeString(file, "8=3,16=2\n");
    assertThat(CanvasSearch.kept(file, DType.FLOAT32).text()).isEqualTo("8=3,16=2");
  }

  @Test
  void replacesAnInvalidCacheFile() throws IOException {
    Path file = folder.resolve("canvas.txt");
    for (byte[] content : new byte[][] {{}, "half a".getBytes(UTF_8), {(byte) 0xff, (byte) 0xfe}}) {
      Files.write(file, content);
      Canvas found = CanvasSearch.kept(file, DType.FLOAT32);
      assertThat(Canvas.parse(Files.readString(file).strip())).isEqualTo(found);
    }
  }

  @Test
  void searchesWithoutAWritableCache() throws IOException {
    Path file = Files.createDirectory(folder.resolve("canvas.txt"));
    Canvas found = CanvasSearch.kept(file, DType.FLOAT32);
    assertThat(Canvas.parse(found.text())).isEqualTo(found);
    assertThat(file).isEmptyDirectory();
  }
}
