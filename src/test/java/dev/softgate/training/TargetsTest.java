package dev.softgate.training;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.data.Batch;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetsTest {

  /** Labels 2 and 1, mixed with labels 0 and 1; the first by three quarters. */
  private static final Batch MIXED =
      new Batch(
          new int[2],
          new int[] {2, 1},
          new float[2],
          1,
          1,
          1,
          new Batch.Mixed(new int[] {0, 1}, new float[] {0.75f, 0.4f}));

  @BeforeAll
  static void oneThread() {
    TorchRuntime.start(1);
  }

  private static Tensor logits() {
    return Tensor.ofFloats(Device.CPU, new float[] {1, -0.5f, 0.25f, -2, 0.5f, 3}, 2, 3)
        .requireGradient();
  }

  /** PyTorch 2.13: the mean of λ·cross_entropy(z, a) + (1 − λ)·cross_entropy(z, b). */
  @ParameterizedTest(name = "smoothing {0}")
  @CsvSource({
    "0, 1.8377866, 0.16989881, 0.06580082, -0.23569965, 0.00309414, -0.46230564, 0.45921147",
    "0.1, 1.8471615, 0.16573212, 0.04913415, -0.21486631, -0.01357253, -0.42897230, 0.44254476"
  })
  void crossEntropyIsPyTorchs(
      double smoothing, double loss, float a, float b, float c, float d, float e, float f) {
    try (Scope scope = Scope.open()) {
      Tensor logits = logits();
      Tensor found = Targets.of(Device.CPU, MIXED, 3).crossEntropy(logits, smoothing);
      found.backward();

      assertThat(found.item()).isCloseTo(loss, within(1e-6));
      assertThat(requireNonNull(logits.gradient()).toFloats())
          .containsExactly(new float[] {a, b, c, d, e, f}, within(1e-6f));
    }
  }

  @Test
  void countsByTheLargerShare() {
    Batch batch =
        new Batch(
            new int[3],
            new int[] {2, 1, 0},
            new float[3],
            1,
            1,
            1,
            new Batch.Mixed(new int[] {0, 2, 1}, new float[] {0.75f, 0.4f, 0.5f}));
    try (Scope scope = Scope.open()) {
      assertThat(Targets.of(Device.CPU, batch, 3).labels().toLongs()).containsExactly(2, 2, 0);
    }
  }
}
