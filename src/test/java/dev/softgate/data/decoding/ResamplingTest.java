package dev.softgate.data.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.data.decoding.ImageDecoder.Size;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ResamplingTest {

  @Test
  void weightsSumToOne() {
    for (int before = 1; before <= 40; before++) {
      for (int after = 1; after <= 40; after++) {
        for (Resampling.Tap tap : Resampling.taps(Resampling.Span.whole(before), before, after)) {
          assertThat(Arrays.stream(tap.weights()).sum()).isCloseTo(1, within(1e-12));
          assertThat(Arrays.stream(tap.weights())).allMatch(weight -> weight >= -1e-12);
          assertThat(tap.first()).isNotNegative();
          assertThat(tap.first() + tap.weights().length).isLessThanOrEqualTo(before);
        }
      }
    }
  }

  @Test
  void shrinkingAveragesAreas() {
    assertThat(row(4, 2, 10, 20, 30, 50)).containsExactly(15, 40);
    assertThat(row(3, 2, 30, 60, 90)).containsExactly(40, 80); // 2/3 a + 1/3 b
    assertThat(row(5, 1, 1, 2, 3, 4, 10)).containsExactly(4);
  }

  @Test
  void growingInterpolatesBetweenCenters() {
    assertThat(row(2, 4, 0, 100)).containsExactly(0, 25, 75, 100);
    assertThat(row(1, 3, 7)).containsExactly(7, 7, 7);
  }

  @Test
  void oneAxisMayGrowWhileTheOtherShrinks() {
    byte[] planes = {0, 100, 100, (byte) 200}; // two rows, two columns
    byte[] resized = Resampling.resize(planes, 1, new Size(2, 2), new Size(1, 4));
    assertThat(ints(resized)).containsExactly(50, 75, 125, 150);
  }

  @Test
  void sameSizeKeepsAllBytes() {
    byte[] planes = new byte[3 * 9 * 11];
    new Random(1).nextBytes(planes);
    assertThat(Resampling.resize(planes, 3, new Size(9, 11), new Size(9, 11))).isEqualTo(planes);
  }

  private static int[] row(int before, int after, int... values) {
    byte[] planes = new byte[before];
    for (int i = 0; i < before; i++) {
      planes[i] = (byte) values[i];
    }
    return ints(Resampling.resize(planes, 1, new Size(1, before), new Size(1, after)));
  }

  private static int[] ints(byte[] bytes) {
    int[] ints = new int[bytes.length];
    Arrays.setAll(ints, i -> bytes[i] & 0xFF);
    return ints;
  }
}
