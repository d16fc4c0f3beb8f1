package dev.softgate.study;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which images become suspects, and in which order. Where equal pixels stand under two different
 * labels, one label must be wrong, whatever the network predicts: the copies that do not have the
 * label of the copy with the highest score come first. All others follow by their score, the lowest
 * first. Among equals, the lower row comes first.
 */
final class SuspectOrder {

  private static final int WORST = 1000;

  private SuspectOrder() {}

  /**
   * The rows of the first {@value #WORST} images and of all flagged ones, in order.
   *
   * @param scores how good the labels seem, N
   * @param flagged N
   * @param judged whether a row's label was judged; others come only if their pixels stand under
   *     two labels
   */
  static int[] worst(double[] scores, boolean[] flagged, IntPredicate judged, SamePictures same) {
    int[] groups = same.groups();
    int[] best = new int[scores.length]; // the row with the highest score, by group
    Arrays.fill(best, -1);
    for (int row = 0; row < scores.length; row++) {
      int other = best[groups[row]];
      best[groups[row]] = other < 0 || scores[row] > scores[other] ? row : other;
    }
    Comparator<Integer> contradictedFirst =
        Comparator.comparingInt(row -> same.haveOneLabel(row, best[groups[row]]) ? 1 : 0);
    int[] ranked =
        IntStream.range(0, scores.length)
            .filter(row -> judged.test(row) || same.inConflict(row))
            .boxed()
            .sorted(contradictedFirst.thenComparingDouble(row -> scores[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    return IntStream.range(0, ranked.length)
        .filter(rank -> rank < WORST || flagged[ranked[rank]] || same.inConflict(ranked[rank]))
        .map(rank -> ranked[rank])
        .toArray();
  }
}
