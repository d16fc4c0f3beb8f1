package dev.softgate.scoring.features;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.IntSummaryStatistics;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FoldAssignmentTest {

  private static final int[] LABELS =
      IntStream.range(0, 103).map(i -> i % 7 == 0 ? 2 : i % 2).toArray();

  @Test
  void foldsHaveAsManyImagesOfEachClass() {
    int[] folds = FoldAssignment.draw(LABELS, IntStream.range(0, 103).toArray(), 3, 4, 1);

    for (int label = 0; label < 3; label++) {
      int[] counts = new int[4];
      for (int i = 0; i < 103; i++) {
        counts[folds[i]] += LABELS[i] == label ? 1 : 0;
      }
      IntSummaryStatistics range = IntStream.of(counts).summaryStatistics();
      assertThat(range.getMax() - range.getMin()).isBetween(0, 1);
    }
  }

  @Test
  void copiesShareAFold() {
    int[] groups = IntStream.range(0, 103).map(i -> i / 2).toArray();

    int[] folds = FoldAssignment.draw(LABELS, groups, 3, 4, 1);

    for (int i = 0; i + 1 < 103; i += 2) {
      assertThat(folds[i]).isEqualTo(folds[i + 1]);
    }
    assertThat(IntStream.of(folds).distinct().count()).isEqualTo(4);
  }

  @Test
  void seedDecides() {
    int[] groups = IntStream.range(0, 103).toArray();
    int[] folds = FoldAssignment.draw(LABELS, groups, 3, 4, 1);

    assertThat(FoldAssignment.draw(LABELS, groups, 3, 4, 1)).isEqualTo(folds);
    assertThat(FoldAssignment.draw(LABELS, groups, 3, 4, 2)).isNotEqualTo(folds);
  }
}
