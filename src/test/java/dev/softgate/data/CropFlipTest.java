package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CropFlipTest {

  @ParameterizedTest
  @CsvSource({
    "32,4,0,32",
    "32,0,4,32",
    "32,8,0,28",
    "32,1,3,32",
    "32,7,0,29", // CIFAR's width
    "3,0,3,3",
    "3,8,0,0",
    "2,6,0,0",
    "1,4,0,1" // images smaller than the padding
  })
  void insideIsTheImagesArea(int length, int offset, int first, int end) {
    assertThat(CropFlip.firstInside(length, offset)).isEqualTo(first);
    assertThat(CropFlip.endInside(length, offset)).isEqualTo(end);
  }

  @Test
  void insideMatchesTheSourcePixel() {
    for (int length = 1; length <= 12; length++) {
      for (int offset = 0; offset <= 2 * CropFlip.PADDING; offset++) {
        for (int output = 0; output < length; output++) {
          int source = CropFlip.source(output, offset);
          assertThat(
                  output >= CropFlip.firstInside(length, offset)
                      && output < CropFlip.endInside(length, offset))
              .as("length %d offset %d output %d", length, offset, output)
              .isEqualTo(source >= 0 && source < length);
        }
      }
    }
  }

  @Test
  void cropsAndFlipsAreUniform() {
    Map<CropFlip, Integer> counts = new HashMap<>();
    int draws = 162 * 200;
    for (int id = 0; id < draws; id++) {
      counts.merge(CropFlip.draw(Augmentation.CROP_FLIP, 7, 3, id), 1, Integer::sum);
    }
    assertThat(counts).hasSize(9 * 9 * 2);
    double chiSquare =
        counts.values().stream().mapToDouble(count -> (count - 200.0) * (count - 200) / 200).sum();
    assertThat(chiSquare).isBetween(161 - 5 * Math.sqrt(322), 161 + 5 * Math.sqrt(322));
  }

  @Test
  void drawDependsOnSeedEpochAndImage() {
    int[] changed = new int[3];
    for (int id = 0; id < 100; id++) {
      CropFlip drawn = CropFlip.draw(Augmentation.CROP_FLIP, 1, 2, id);
      assertThat(CropFlip.draw(Augmentation.CROP_FLIP, 1, 2, id)).isEqualTo(drawn);
      changed[0] += drawn.equals(CropFlip.draw(Augmentation.CROP_FLIP, 9, 2, id)) ? 0 : 1;
      changed[1] += drawn.equals(CropFlip.draw(Augmentation.CROP_FLIP, 1, 3, id)) ? 0 : 1;
      changed[2] += drawn.equals(CropFlip.draw(Augmentation.CROP_FLIP, 1, 2, id + 100)) ? 0 : 1;
    }
    assertThat(Arrays.stream(changed)).allMatch(count -> count > 90);
  }

  @Test
  void flipDoesNotShift() {
    int mirrored = 0;
    for (int id = 0; id < 1_000; id++) {
      CropFlip drawn = CropFlip.draw(Augmentation.FLIP, 1, 0, id);
      assertThat(drawn.top()).isEqualTo(CropFlip.PADDING);
      assertThat(drawn.left()).isEqualTo(CropFlip.PADDING);
      mirrored += drawn.mirrored() ? 1 : 0;
      assertThat(CropFlip.draw(Augmentation.NONE, 1, 0, id)).isEqualTo(CropFlip.IDENTITY);
    }
    assertThat(mirrored).isBetween(420, 580);
  }
}
