package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.data.SyntheticDataset.Kind;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SyntheticDatasetTest {

  private static final SyntheticDataset SET = SyntheticDataset.generate(1);

  @Test
  void fractionsAreExact() {
    assertThat(Collections.frequency(SET.trainKinds(), Kind.HARD)).isEqualTo(1_250);
    assertThat(Collections.frequency(SET.trainKinds(), Kind.MISLABELED)).isEqualTo(250);
    assertThat(SET.trainKinds()).hasSize(5_000);
    assertThat(Collections.frequency(SET.testKinds(), Kind.HARD)).isEqualTo(250);
    assertThat(SET.testKinds()).hasSize(1_000).doesNotContain(Kind.MISLABELED);
  }

  @Test
  void marksWrongLabels() {
    int[] given = SET.dataset().train().labels();
    for (int id = 0; id < given.length; id++) {
      assertThat(given[id] != SET.trainTrueLabels()[id])
          .as("image %d", id)
          .isEqualTo(SET.trainKinds().get(id) == Kind.MISLABELED);
    }
    int[] wrong = new int[10];
    for (int id = 0; id < given.length; id++) {
      wrong[given[id]] += given[id] == SET.trainTrueLabels()[id] ? 0 : 1;
    }
    assertThat(wrong).as("wrong labels of each class").doesNotContain(0);
  }

  @Test
  void classesAreEquallyFrequent() {
    assertThat(counts(SET.trainTrueLabels())).containsOnly(500).hasSize(10);
    assertThat(counts(SET.dataset().test().labels())).containsOnly(100).hasSize(10);
    assertThat(SET.dataset().classNames())
        .hasSize(10)
        .startsWith("disc", "ring")
        .contains("diagonal-stripes");
  }

  @Test
  void dependsOnTheSeed() {
    SyntheticDataset other = SyntheticDataset.generate(2);
    assertThat(other.dataset().sha256()).isNotEqualTo(SET.dataset().sha256());
    Dataset again = SyntheticDataset.generate(1).dataset(); // not the set of the field: one is kept
    assertThat(again.sha256()).isEqualTo(SET.dataset().sha256());
    assertThat(again.train()).isNotSameAs(SET.dataset().train());
    assertThat(again.train().pixels(7)).isEqualTo(SET.dataset().train().pixels(7));
    assertThat(other.trainKinds()).isNotEqualTo(SET.trainKinds());
  }

  @Test
  void imagesAreDistinct() {
    Set<Integer> seen = new HashSet<>();
    for (ImageSet images : List.of(SET.dataset().train(), SET.dataset().test())) {
      for (int id = 0; id < images.count(); id++) {
        seen.add(Arrays.hashCode(images.pixels(id)));
      }
    }
    assertThat(seen).hasSize(6_000);
  }

  /**
   * A texture is told from a shape by its variation near the border: a plain rule that must work on
   * easy images and fail on part of the hard ones.
   */
  @Test
  void easyImagesAreEasierThanHardOnes() {
    ImageSet test = SET.dataset().test();
    int[] right = new int[2];
    int[] all = new int[2];
    for (int id = 0; id < test.count(); id++) {
      int kind = SET.testKinds().get(id) == Kind.HARD ? 1 : 0;
      double deviation = topRowsDeviation(test, id);
      boolean texture = test.labels()[id] >= 5;
      right[kind] += (deviation > 18) == texture ? 1 : 0;
      all[kind]++;
    }
    double easy = (double) right[0] / all[0];
    double hard = (double) right[1] / all[1];
    assertThat(easy).isGreaterThan(0.9);
    assertThat(hard).isLessThan(easy - 0.15);
  }

  @ParameterizedTest
  @CsvSource({
    "DISC,0,0,1",
    "DISC,8,0,1",
    "DISC,10,0,0",
    "RING,0,0,0",
    "RING,8,0,1",
    "RING,0,-8,1",
    "SQUARE,7,7,1",
    "SQUARE,9,0,0",
    "TRIANGLE,0,0,1",
    "TRIANGLE,0,6,0",
    "TRIANGLE,0,-9,1",
    "TRIANGLE,5,-5,0",
    "CROSS,9,0,1",
    "CROSS,0,9,1",
    "CROSS,6,6,0",
    "HORIZONTAL_STRIPES,99,0,1",
    "HORIZONTAL_STRIPES,0,3.3333333,0",
    "VERTICAL_STRIPES,0,99,1",
    "VERTICAL_STRIPES,3.3333333,0,0",
    "DIAGONAL_STRIPES,50,-50,1",
    "DIAGONAL_STRIPES,2.3570226,2.3570226,0",
    "CHECKERBOARD,0,0,0",
    "CHECKERBOARD,4.3333333,0,1",
    "CHECKERBOARD,4.3333333,4.3333333,0",
    "DOTS,0,0,1",
    "DOTS,6.6666667,-6.6666667,1",
    "DOTS,3.3333333,3.3333333,0"
  })
  void patternsMatchTheirNames(SyntheticPattern pattern, double u, double v, double mask) {
    assertThat(pattern.mask(u, v, 10)).isCloseTo(mask, within(1e-6));
  }

  private static double topRowsDeviation(ImageSet images, int id) {
    int count = 3 * 32;
    double sum = 0;
    double squares = 0;
    byte[] pixels = images.pixels(id);
    for (int i = 0; i < count; i++) {
      int value = pixels[i] & 0xFF;
      sum += value;
      squares += value * value;
    }
    return Math.sqrt(squares / count - sum * sum / ((double) count * count));
  }

  private static int[] counts(int[] labels) {
    int[] counts = new int[10];
    Arrays.stream(labels).forEach(label -> counts[label]++);
    return counts;
  }
}
