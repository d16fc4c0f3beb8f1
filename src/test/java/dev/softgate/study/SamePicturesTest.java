package dev.softgate.study;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.data.ImageSet;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class SamePicturesTest {

  private static final ImageSet IMAGES =
      ImageSet.of(
          new byte[] {1, 2, 3, 4, 1, 2, 1, 2, 3, 4, 2, 1}, new int[] {0, 1, 2, 0, 1, 0}, 1, 1, 2);

  @Test
  void findsOtherLabelsOfEqualPixels() {
    SamePictures same = same(0, 1, 2, 3, 4, 5);
    assertThat(same.otherLabels(0)).containsExactly(2);
    assertThat(same.otherLabels(2)).containsExactly(0);
    assertThat(same.otherLabels(3)).containsExactly(2);
    assertThat(same.otherLabels(1)).as("two copies of one label").isEmpty();
    assertThat(same.otherLabels(5)).as("the same pixels in another order").isEmpty();
  }

  @Test
  void ignoresOtherImages() {
    assertThat(same(0, 1, 3).otherLabels(0)).isEmpty();
  }

  @Test
  void labelsAreThoseThatAreJudged() {
    SamePictures same = SamePictures.of(IMAGES, new int[] {1, 4}, new int[] {1, 0});
    assertThat(same.otherLabels(0)).containsExactly(0);
    assertThat(same.inConflict(1)).isTrue();
  }

  private static SamePictures same(int... ids) {
    return SamePictures.of(
        IMAGES, ids, Arrays.stream(ids).map(id -> IMAGES.labels()[id]).toArray());
  }
}
