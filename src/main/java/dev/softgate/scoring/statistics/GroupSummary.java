package dev.softgate.scoring.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The distribution of a quantity, such as g, over a group of images.
 *
 * @param group the group's number
 * @param images the number of images, at least one
 * @param mean the mean of the quantity
 * @param quantiles the quantiles at {@link #SHARES}
 */
public record GroupSummary(int group, int images, double mean, List<Double> quantiles) {

  /** The shares of the group below its quantiles; the third is the median. */
  public static final List<Double> SHARES = List.of(0.05, 0.25, 0.5, 0.75, 0.95);

  /**
   * Summarizes each group that has an image.
   *
   * @param values N
   * @param groups N, the group of each image
   * @return the summaries by ascending group number
   * @throws IllegalArgumentException if the lengths differ
   */
  public static List<GroupSummary> byGroup(float[] values, int[] groups) {
    if (values.length != groups.length) {
      throw new IllegalArgumentException(values.length + " values, " + groups.length + " images");
    }
    return Arrays.stream(groups)
        .distinct()
        .sorted()
        .mapToObj(
            group ->
                of(
                    group,
                    IntStream.range(0, groups.length)
                        .filter(i -> groups[i] == group)
                        .mapToDouble(i -> values[i])
                        .sorted()
                        .toArray()))
        .toList();
  }

  private static GroupSummary of(int group, double[] sorted) {
    return new GroupSummary(
        group,
        sorted.length,
        Arrays.stream(sorted).average().orElseThrow(),
        SHARES.stream().map(share -> Estimate.quantile(sorted, share)).toList());
  }
}
