package dev.softgate.torch;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchNorm2dTest {

  @ParameterizedTest
  @CsvSource({"1, 1, 1, false", "2, 1, 1, true", "1, 2, 1, true", "1, 1, 2, true"})
  void usesRunningStatisticsWithoutVariance(int images, int height, int width, boolean moves) {
    float[] pixels = new float[images * 2 * height * width];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = i + 3f;
    }
    try (Scope scope = Scope.open()) {
      BatchNorm2d norm = new BatchNorm2d(2);
      NoGradient.run(() -> norm.weight().value().zeroInPlace().copyInPlace(ones()));
      Tensor x = Tensor.ofFloats(Device.CPU, pixels, images, 2, height, width);
      float[] evaluated = norm.forward(x, false).toFloats();

      float[] trained = norm.forward(x, true).toFloats();

      assertThat(trained).doesNotContain(Float.NaN);
      assertThat(norm.batchesTracked().toLongs()).containsExactly(moves ? 1 : 0);
      if (moves) {
        assertThat(norm.runningMean().toFloats()).doesNotContain(0f);
      } else {
        assertThat(trained).containsExactly(evaluated);
        assertThat(norm.runningMean().toFloats()).containsOnly(0f);
        assertThat(norm.runningVariance().toFloats()).containsOnly(1f);
      }
    }
  }

  private static Tensor ones() {
    return Tensor.ofFloats(Device.CPU, new float[] {1, 1}, 2);
  }
}
