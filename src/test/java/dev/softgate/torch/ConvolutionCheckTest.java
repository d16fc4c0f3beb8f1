package dev.softgate.torch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvolutionCheckTest {

  private static final int IMAGES = 5;

  /** Shapes that some builds of oneDNN compute wrongly, and ordinary ones, in both layouts. */
  @ParameterizedTest
  @CsvSource({
    "20, 20, 3, 1, 4, false",
    "20, 20, 3, 1, 4, true",
    "24, 40, 3, 2, 8, false",
    "40, 5, 3, 1, 6, false",
    "256, 512, 1, 2, 4, true",
    "256, 512, 1, 2, 4, false",
    "512, 512, 1, 1, 2, true",
    "16, 16, 3, 1, 8, true",
    "3, 16, 3, 1, 9, false"
  })
  void convolutionsMatchSums(
      int in, int out, int kernel, int stride, int side, boolean channelsLast) {
    Random random = new Random(4);
    float[] pixels = gaussians(random, IMAGES * in * side * side);
    float[] weights = gaussians(random, out * in * kernel * kernel);
    try (Scope scope = Scope.open()) {
      Conv2d layer = new Conv2d(in, out, kernel, stride);
      NoGradient.run(
          () ->
              layer
                  .weight()
                  .value()
                  .pointer()
                  .copy_(Tensor.ofFloats(Device.CPU, weights, out, in, kernel, kernel).pointer()));
      Tensor images = Tensor.ofFloats(Device.CPU, pixels, IMAGES, in, side, side);
      float[] given = layer.forward(channelsLast ? images.channelsLast() : images).toFloats();
      float[] wanted = sums(pixels, weights, in, out, kernel, stride, side);
      assertThat(ConvolutionCheck.difference(given, wanted)).isLessThan(1e-4);
    }
  }

  @Test
  void nanIsNotRounding() {
    float[] wanted = {1, -2, 0};
    double none = ConvolutionCheck.difference(new float[] {1, Float.NaN, 0}, wanted);
    assertThat(ConvolutionCheck.isRounding(none, DType.FLOAT32)).isFalse();
    double endless =
        ConvolutionCheck.difference(new float[] {1, Float.POSITIVE_INFINITY, 0}, wanted);
    assertThat(ConvolutionCheck.isRounding(endless, DType.BFLOAT16)).isFalse();
    double small = ConvolutionCheck.difference(new float[] {1, -2.001f, 0}, wanted);
    assertThat(ConvolutionCheck.isRounding(small, DType.FLOAT32)).isTrue();
  }

  private static float[] gaussians(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static float[] sums(
      float[] x, float[] w, int in, int out, int kernel, int stride, int side) {
    int to = (side + stride - 1) / stride;
    float[] y = new float[IMAGES * out * to * to];
    for (int i = 0; i < y.length; i++) {
      int column = i % to;
      int row = i / to % to;
      int o = i / (to * to) % out;
      int image = i / (to * to * out);
      double sum = 0;
      for (int k = 0; k < in * kernel * kernel; k++) {
        int r = row * stride + k / kernel % kernel - (kernel - 1) / 2;
        int c = column * stride + k % kernel - (kernel - 1) / 2;
        if (r >= 0 && r < side && c >= 0 && c < side) {
          int channel = k / (kernel * kernel);
          sum +=
              (double) x[((image * in + channel) * side + r) * side + c]
                  * w[o * in * kernel * kernel + k];
        }
      }
      y[i] = (float) sum;
    }
    return y;
  }
}
