package dev.softgate.data.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PerceptualHashTest {

  private static final int SIDE = PerceptualHash.SIDE;

  /** Coefficients by the definition of the DCT-II, without tables. */
  @Test
  void isTheSignOfLowFrequenciesAboutTheirMedian() {
    byte[] gray = new byte[SIDE * SIDE];
    new Random(7).nextBytes(gray);
    double[] low = new double[64];
    for (int v = 0; v < 8; v++) {
      for (int u = 0; u < 8; u++) {
        double sum = 0;
        for (int y = 0; y < SIDE; y++) {
          for (int x = 0; x < SIDE; x++) {
            sum +=
                (gray[y * SIDE + x] & 0xFF)
                    * Math.cos(Math.PI / SIDE * (y + .5) * v)
                    * Math.cos(Math.PI / SIDE * (x + .5) * u);
          }
        }
        low[8 * v + u] = sum * (v == 0 ? Math.sqrt(.5) : 1) * (u == 0 ? Math.sqrt(.5) : 1);
      }
    }
    double[] sorted = low.clone();
    Arrays.sort(sorted);
    long expected = 0;
    for (int bit = 0; bit < 64; bit++) {
      expected |= low[bit] > (sorted[31] + sorted[32]) / 2 ? 1L << bit : 0;
    }
    assertThat(PerceptualHash.of(gray)).isEqualTo(expected);
    assertThat(Long.bitCount(expected)).isEqualTo(32);
  }
}
