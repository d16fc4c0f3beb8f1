package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CropFlipTest {

  @ParameterizedTest
  @CsvSource({
    "32,0,0,32",
    "32,-4,4,32",
    "32,4,0,28",
    "32,-3,3,32",
    "32,3,0,29", // CIFAR's width
    "3,-4,3,3",
    "3,4,0,0",
    "2,2,0,0",
    "1,0,0,1" // images smaller than the shift
  })
  void insideIsTheImagesArea(int length, int shift, int first, int end) {
    assertThat(CropFlip.firstInside(length, shift)).isEqualTo(first);
    assertThat(CropFlip.endInside(length, shift)).isEqualTo(end);
  }

  @Test
  void insideMatchesTheSourcePixel() {
    for (int length = 1; length <= 12; length++) {
      for (int shift = -4; shift <= 4; shift++) {
        for (int output = 0; output < length; output++) {
          int source = output + shift;
          assertThat(
                  output >= CropFlip.firstInside(length, shift)
                      && output < CropFlip.endInside(length, shift))
              .as("length %d shift %d output %d", length, shift, output)
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
      counts.merge(drawn(Augmentation.CROP_FLIP, 7, 3, id), 1, Integer::sum);
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
      CropFlip drawn = drawn(Augmentation.CROP_FLIP, 1, 2, id);
      assertThat(drawn(Augmentation.CROP_FLIP, 1, 2, id)).isEqualTo(drawn);
      changed[0] += drawn.equals(drawn(Augmentation.CROP_FLIP, 9, 2, id)) ? 0 : 1;
      changed[1] += drawn.equals(drawn(Augmentation.CROP_FLIP, 1, 3, id)) ? 0 : 1;
      changed[2] += drawn.equals(drawn(Augmentation.CROP_FLIP, 1, 2, id + 100)) ? 0 : 1;
    }
    assertThat(Arrays.stream(changed)).allMatch(count -> count > 90);
  }

  @Test
  void flipDoesNotShift() {
    int mirrored = 0;
    for (int id = 0; id < 1_000; id++) {
      CropFlip drawn = drawn(Augmentation.FLIP, 1, 0, id);
      assertThat(drawn.top()).isZero();
      assertThat(drawn.left()).isZero();
      mirrored += drawn.mirrored() ? 1 : 0;
      assertThat(drawn(Augmentation.NONE, 1, 0, id)).isEqualTo(CropFlip.IDENTITY);
    }
    assertThat(mirrored).isBetween(420, 580);
  }

  private static CropFlip drawn(Augmentation kind, long seed, int epoch, int id) {
    return CropFlip.draw(Augmenter.of(kind), new BatchLoader.Epoch(seed, epoch, 0), id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"FLIP", "CROP_FLIP", "RESIZED_CROP"})
  void alternatingFlipsShowBothSidesInTwoEpochs(Augmentation kind) {
    Augmenter augmenter =
        new Augmenter(kind, Augmenter.Crop.USUAL, Flipping.ALTERNATING, null, 0, 0);
    int mirrored = 0;
    for (int id = 0; id < 1_000; id++) {
      boolean[] sides = new boolean[4];
      for (int epoch = 0; epoch < sides.length; epoch++) {
        AugmentedView view = augmenter.draw(new BatchLoader.Epoch(5, epoch, 0), id, 32, 32);
        sides[epoch] =
            view instanceof CropFlip crop ? crop.mirrored() : ((ResizedCrop) view).mirrored();
      }
      assertThat(sides).containsExactly(sides[0], !sides[0], sides[0], !sides[0]);
      mirrored += sides[0] ? 1 : 0;
    }
    assertThat(mirrored).isBetween(420, 580);
  }

  @Test
  void shiftsUpToTheGivenNumberOfPixels() {
    Augmenter.Crop crop = new Augmenter.Crop(1, 1, 2, CropFill.REFLECT);
    Augmenter augmenter = new Augmenter(Augmentation.CROP_FLIP, crop, Flipping.RANDOM, null, 0, 0);
    Set<Integer> shifts = new HashSet<>();
    for (int id = 0; id < 500; id++) {
      CropFlip drawn = CropFlip.draw(augmenter, new BatchLoader.Epoch(1, 0, 0), id);
      shifts.add(drawn.top());
      shifts.add(drawn.left());
      assertThat(drawn.fill()).isEqualTo(CropFill.REFLECT);
    }
    assertThat(shifts).containsExactlyInAnyOrder(-2, -1, 0, 1, 2);
  }

  /** As NumPy's pad of mode reflect places them. */
  @ParameterizedTest
  @CsvSource({"4,321012321012", "3,121012101210", "2,101010101010", "1,000000000000"})
  void reflectsWithoutRepeatingTheEdge(int length, String places) {
    for (int i = 0; i < places.length(); i++) {
      assertThat(CropFlip.reflected(i - 3, length))
          .as("place %d", i - 3)
          .isEqualTo(places.charAt(i) - '0');
    }
  }
}
