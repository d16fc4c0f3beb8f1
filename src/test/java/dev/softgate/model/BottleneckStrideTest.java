package dev.softgate.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.gate.GateSpec;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.HostTensor;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The convolution in which a bottleneck strides, against logits of PyTorch: {@code
 * src/test/resources/pytorch/bottleneck_stride.py} wrote them.
 */
class BottleneckStrideTest {

  private static final Path RECORDED = Path.of("src/test/resources/pytorch/bottleneck_stride.csv");
  private static final int CLASSES = 3;
  private static final int IMAGES = 2;
  private static final int HEIGHT = 9;
  private static final int WIDTH = 7;

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  @ParameterizedTest
  @CsvSource({"3x3, EVALUATION", "3x3, TRAINING", "1x1, EVALUATION", "1x1, TRAINING"})
  void computesThePyTorchLogits(String stride, Pass pass) {
    float[] logits = logits(stride, pass);
    float[] recorded = recorded(stride, pass);
    assertThat(recorded).hasSize(IMAGES * CLASSES);
    for (int i = 0; i < recorded.length; i++) {
      assertThat((double) logits[i]).as("logit %d", i).isCloseTo(recorded[i], within(2e-4));
    }
  }

  /** Otherwise the test above could not tell the two kinds apart. */
  @Test
  void placesOfTheStrideDiffer() {
    for (Pass pass : List.of(Pass.EVALUATION, Pass.TRAINING)) {
      float[] one = recorded("3x3", pass);
      float[] other = recorded("1x1", pass);
      for (int i = 0; i < one.length; i++) {
        assertThat(Math.abs(one[i] - other[i])).isGreaterThan(0.01f);
      }
    }
  }

  private static float[] recorded(String stride, Pass pass) {
    CsvTable table = CsvTable.read(RECORDED);
    double[] numbers = table.numbers("logit");
    List<Float> found = new ArrayList<>();
    for (int row = 0; row < numbers.length; row++) {
      if (table.texts("stride").get(row).equals(stride)
          && table.texts("pass").get(row).equalsIgnoreCase(pass.name())) {
        found.add((float) numbers[row]);
      }
    }
    float[] logits = new float[found.size()];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = found.get(i);
    }
    return logits;
  }

  private static float[] logits(String stride, Pass pass) {
    BlockKind block = BlockKind.BOTTLENECK.stridingFirst(stride.equals("1x1"));
    ResNet network = new ResNet(ModelSpec.resnet(block, 11, CLASSES, GateSpec.none()), 1);
    Map<String, HostTensor> state = network.state();
    state.replaceAll(
        (name, tensor) ->
            name.endsWith("num_batches_tracked")
                ? tensor
                : HostTensor.ofFloats(numbers(name, tensor.elements()), tensor.shape()));
    network.load(state);
    float[] pixels = new float[IMAGES * 3 * HEIGHT * WIDTH];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (float) (2 * Math.sin(0.3 * i * i));
    }
    try (Scope scope = Scope.open()) {
      Tensor images = Tensor.ofFloats(Device.CPU, pixels, IMAGES, 3, HEIGHT, WIDTH);
      return network.forward(images, Mode.of(pass)).logits().toFloats();
    }
  }

  /** The numbers of the script. */
  private static float[] numbers(String name, long count) {
    boolean norm = name.contains("bn") || name.contains("downsample.1");
    float[] numbers = new float[Math.toIntExact(count)];
    for (int i = 0; i < numbers.length; i++) {
      double wave = Math.sin(0.7 * i + name.length());
      numbers[i] =
          (float)
              (name.endsWith("running_var")
                  ? 1 + 0.5 * wave
                  : (norm && name.endsWith("weight") ? 1 : 0) + 0.2 * wave);
    }
    return numbers;
  }
}
