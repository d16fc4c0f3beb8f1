package dev.softgate.study;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Which images become suspects, and in which order. The images whose pixels stand under two
 * different labels come first, copies together: one of their labels must be wrong, whatever the
 * network predicts. The others follow by their score, the lowest first. Among equals, the lower row
 * comes first.
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
    double[] least = new double[scores.length]; // by group
    Arrays.fill(least, Double.POSITIVE_INFINITY);
    for (int row = 0; row < scores.length; row++) {
      least[groups[row]] = Math.min(least[groups[row]], scores[row]);
    }
    Comparator<Integer> conflictsFirst =
        Comparator.comparingInt(row -> same.inConflict(row) ? 0 : 1);
    int[] ranked =
        IntStream.range(0, scores.length)
            .filter(row -> judged.test(row) || same.inConflict(row))
            .boxed()
            .sorted(
                conflictsFirst
                    .thenComparingDouble(
                        row -> same.inConflict(row) ? least[groups[row]] : scores[row])
                    .thenComparingInt(row -> same.inConflict(row) ? groups[row] : 0)
                    .thenComparingDouble(row -> scores[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    return IntStream.range(0, ranked.length)
        .filter(rank -> rank < WORST || flagged[ranked[rank]] || same.inConflict(ranked[rank]))
        .map(rank -> ranked[rank])
        .toArray();
  }
}
