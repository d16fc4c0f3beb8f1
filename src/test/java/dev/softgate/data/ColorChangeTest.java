package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ColorChangeTest {

  private static final int PIXELS = 12;

  /** Colors of all kinds, a gray and a black among them. */
  private static byte[] image() {
    byte[] rgb = new byte[3 * PIXELS];
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < PIXELS; i++) {
        int value = i == 3 ? 77 : i == 4 ? 0 : 37 * i * i + 11 * i + 5 + 83 * c * (i + 1);
        rgb[c * PIXELS + i] = (byte) value;
      }
    }
    return rgb;
  }

  /** What torchvision 0.28 makes of the image, as a uint8 tensor. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1.3 | 1 | 1 | 0 | 0123 | 6,68,227,100,0,255,159,133,204,37,255,255,114,255,218,100,0,255,"
            + "249,255,176,118,156,255,222,167,209,100,0,245,6,196,149,198,11,253",
        "1 | 0.6 | 1 | 0 | 0123 |"
            + " 56,85,158,100,53,184,127,115,148,71,192,204,106,185,154,100,53,175,"
            + "169,206,135,108,125,187,156,131,150,100,53,167,56,144,122,145,59,170",
        "1 | 1 | 1.7 | 0 | 0123 | 0,0,179,77,0,225,104,37,169,0,255,255,99,255,167,77,0,201,"
            + "221,255,133,99,106,219,240,108,155,77,0,177,0,118,98,204,0,171",
        "1 | 1 | 1 | 0.13 | 0123 | 51,53,171,77,0,209,5,103,145,63,169,236,5,180,175,77,0,217,"
            + "192,241,157,29,231,251,171,219,161,77,0,189,32,255,115,153,9,195",
        "1 | 1 | 1 | -0.4 | 0123 | 155,219,163,77,0,192,186,255,119,141,31,201,171,62,161,77,0,189,"
            + "5,103,115,153,9,195,5,53,175,77,0,217,192,116,157,29,231,251",
        "1.2 | 0.7 | 1.4 | 0.1 | 0123 |"
            + " 46,55,193,111,46,223,8,108,181,66,216,213,27,230,194,111,46,228,"
            + "221,233,184,53,251,225,223,244,178,111,46,198,1,238,135,198,10,204",
        "0.8 | 1.3 | 0.2 | -0.25 | 3210 |"
            + " 53,175,142,47,0,179,60,204,111,57,99,201,88,174,140,47,0,173,"
            + "21,199,101,84,52,189,53,140,142,47,0,179,26,173,111,57,99,201",
        "1.1 | 1.2 | 0 | 0.5 | 2031 |"
            + " 65,179,192,70,0,240,168,229,153,73,155,255,65,179,192,70,0,240,"
            + "168,229,153,73,155,255,65,179,192,70,0,240,168,229,153,73,155,255"
      })
  void hasTorchvisionsNumbers(
      double brightness,
      double contrast,
      double saturation,
      double hue,
      String order,
      String expected) {
    byte[] image = image();
    List<Integer> sequence = order.chars().mapToObj(digit -> digit - '0').toList();
    new ColorChange(brightness, contrast, saturation, hue, sequence).apply(image);
    int[] values = new int[image.length];
    Arrays.setAll(values, i -> image[i] & 0xFF);
    assertThat(values)
        .containsExactly(
            Arrays.stream(expected.strip().split(",", -1)).mapToInt(Integer::parseInt).toArray());
  }

  @Test
  void drawsDependOnSeedEpochAndImageAndFillTheirRanges() {
    ColorJitter jitter = new ColorJitter(0.4, 1.5, 0.2, 0.1);
    BatchLoader.Epoch epoch = new BatchLoader.Epoch(7, 3, 0);
    double[] least = {9, 9, 9, 9};
    double[] most = {-9, -9, -9, -9};
    Set<List<Integer>> orders = new HashSet<>();
    for (int id = 0; id < 4000; id++) {
      ColorChange drawn = jitter.draw(epoch, id);
      double[] numbers = {
        drawn.brightness(), drawn.contrast(), drawn.saturation(), drawn.hue(),
      };
      for (int k = 0; k < numbers.length; k++) {
        least[k] = Math.min(least[k], numbers[k]);
        most[k] = Math.max(most[k], numbers[k]);
      }
      orders.add(drawn.order());
      assertThat(jitter.draw(epoch, id).brightness()).isEqualTo(drawn.brightness());
      assertThat(jitter.draw(new BatchLoader.Epoch(7, 4, 0), id).brightness())
          .isNotEqualTo(drawn.brightness());
      assertThat(jitter.draw(new BatchLoader.Epoch(8, 3, 0), id).brightness())
          .isNotEqualTo(drawn.brightness());
    }
    assertThat(orders).hasSize(24);
    double[] from = {0.6, 0, 0.8, -0.1};
    double[] to = {1.4, 2.5, 1.2, 0.1};
    for (int k = 0; k < from.length; k++) {
      double slack = (to[k] - from[k]) / 100;
      assertThat(least[k]).isBetween(from[k], from[k] + slack);
      assertThat(most[k]).isBetween(to[k] - slack, to[k]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"0.4,0.4,0.4", "0.4,0.4,0.4,0.6", "-1,0,0,0", "a,0,0,0", "NaN,0,0,0", ""})
  void refusesOtherNumbers(String text) {
    assertThatThrownBy(() -> ColorJitter.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
