package dev.softgate.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.data.ImageSet;
import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SuspectOrderTest {

  /** Images of one pixel each. */
  private static SamePictures pictures(int[] pixels, int... labels) {
    byte[] bytes = new byte[pixels.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) pixels[i];
    }
    int[] ids = IntStream.range(0, pixels.length).toArray();
    return SamePictures.of(ImageSet.of(bytes, labels, 1, 1, 1), ids, labels);
  }

  private static int[] worst(double[] scores, SamePictures same) {
    return SuspectOrder.worst(scores, new boolean[scores.length], row -> true, same);
  }

  @Test
  void lowestScoreFirstAndLowerRowAmongEquals() {
    SamePictures same = pictures(new int[] {1, 2, 3, 4}, 0, 0, 0, 0);
    assertThat(worst(new double[] {.5, .1, .5, .3}, same)).containsExactly(1, 3, 0, 2);
  }

  @Test
  void lessProbableLabelOfOnePictureComesFirst() {
    SamePictures same = pictures(new int[] {1, 2, 3, 2, 3, 4, 4}, 0, 0, 0, 1, 1, 1, 1);
    double[] scores = {0, .9, .8, .2, .7, .1, .1};
    assertThat(worst(scores, same))
        .as("2 and 3 stand under two labels; the copies of 4 agree")
        .containsExactly(3, 4, 0, 5, 6, 2, 1);
  }

  @Test
  void lowerRowOfEqualConflictsIsRight() {
    SamePictures same = pictures(new int[] {7, 8, 7, 8}, 0, 0, 1, 1);
    assertThat(worst(new double[] {.5, .5, .5, .5}, same)).containsExactly(2, 3, 0, 1);
  }

  @Test
  void labelsThatWereNotJudgedComeOnlyInConflict() {
    SamePictures same = pictures(new int[] {1, 2, 2, 3}, 0, 1, 0, 1);
    IntPredicate judged = row -> row == 0 || row == 2;
    assertThat(SuspectOrder.worst(new double[4], new boolean[4], judged, same))
        .containsExactly(2, 0, 1);
  }

  @Test
  void listsAThousandAndAllFlaggedAndAllConflicts() {
    int count = 1200;
    double[] scores = IntStream.range(0, count).mapToDouble(i -> i).toArray();
    boolean[] flagged = new boolean[count];
    flagged[1100] = true;
    flagged[3] = true;
    int[] ids = IntStream.range(0, count).toArray();
    byte[] bytes = new byte[count * 2];
    for (int i = 0; i < count; i++) {
      bytes[2 * i] = (byte) i;
      bytes[2 * i + 1] = (byte) (i >> 8);
    }
    SamePictures same =
        SamePictures.of(ImageSet.of(bytes, new int[count], 1, 1, 2), ids, new int[count]);
    int[] worst = SuspectOrder.worst(scores, flagged, row -> true, same);
    assertThat(worst).hasSize(1001);
    assertThat(Arrays.copyOf(worst, 1000)).containsExactly(Arrays.copyOf(ids, 1000));
    assertThat(worst[1000]).isEqualTo(1100);
  }
}
