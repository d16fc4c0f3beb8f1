package dev.softgate.data;

import static dev.softgate.data.OneLineErrors.assertRejected;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FoldTest {

  private static final int[] IDS = Split.seeded(103, 0, 9).train();

  @Test
  void holdsOutEveryImageOnce() {
    int[] times = new int[IDS.length];
    for (int part = 1; part <= 4; part++) {
      Fold fold = new Fold(part, 4);
      int[] held = fold.heldOut(IDS, null, 1);
      int[] trained = fold.trained(IDS, null, 1);
      assertThat(held.length).isBetween(25, 26);
      assertThat(IntStream.concat(Arrays.stream(held), Arrays.stream(trained)))
          .containsExactlyInAnyOrderElementsOf(Arrays.stream(IDS).boxed().toList());
      Arrays.stream(held).forEach(id -> times[id]++);
    }
    assertThat(times).containsOnly(1);
  }

  @Test
  void dependsOnSeedNotOrder() {
    Fold fold = new Fold(2, 5);
    int[] sorted = IDS.clone();
    Arrays.sort(sorted);
    assertThat(fold.heldOut(IDS, null, 1)).containsExactlyInAnyOrder(fold.heldOut(sorted, null, 1));
    assertThat(fold.heldOut(sorted, null, 1))
        .isSorted()
        .isNotEqualTo(fold.heldOut(sorted, null, 2));
    assertThat(fold.heldOut(sorted, null, 1)).isNotEqualTo(sorted);
  }

  /** Classes 0 to 3 have 49, 31, 19 and 4 of 103 images. */
  @Test
  void stratifies() {
    int[] labels = new int[103];
    Arrays.setAll(labels, id -> id < 49 ? 0 : id < 80 ? 1 : id < 99 ? 2 : 3);
    int[] times = new int[103];
    for (int part = 1; part <= 4; part++) {
      int[] held = new Fold(part, 4).heldOut(IDS, labels, 1);
      assertThat(held.length).isBetween(25, 26);
      int[] counts = new int[4];
      Arrays.stream(held).forEach(id -> counts[labels[id]]++);
      assertThat(counts[0]).isBetween(12, 13);
      assertThat(counts[1]).isBetween(7, 8);
      assertThat(counts[2]).isBetween(4, 5);
      assertThat(counts[3]).isEqualTo(1);
      Arrays.stream(held).forEach(id -> times[id]++);
    }
    assertThat(times).containsOnly(1);
  }

  @Test
  void readsItsText() {
    assertThat(Fold.parse("2/5")).isEqualTo(new Fold(2, 5));
    assertThat(new Fold(2, 5).text()).isEqualTo("2/5");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "2", "0/5", "6/5", "1/1", "-1/5", "1/5/5", "1/999999999"})
  void rejectsOtherText(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> Fold.parse(text));
  }

  @Test
  void rejectsMoreFoldsThanImages() {
    assertRejected(
        () -> new Fold(1, 5).trained(new int[] {3, 1, 2}, null, 1), "5 parts of 3 training images");
  }
}
