package dev.softgate.scoring.statistics;

import java.util.Arrays;

/**
 * A measured value with its two-sided {@value #CONFIDENCE} confidence interval.
 *
 * @param value the measured value
 * @param low the interval's lower end
 * @param high the interval's upper end
 */
public record Estimate(double value, double low, double high) {

  /** The confidence level of the interval. */
  public static final double CONFIDENCE = 0.95;

  /**
   * Returns the percentile interval of a bootstrap (Efron and Tibshirani, <i>An Introduction to the
   * Bootstrap</i>, 1993, §13.3).
   *
   * @param resampled the measure on each resample, in any order, at least one
   */
  static Estimate percentile(double value, double[] resampled) {
    double[] sorted = resampled.clone();
    Arrays.sort(sorted);
    return new Estimate(
        value, quantile(sorted, (1 - CONFIDENCE) / 2), quantile(sorted, (1 + CONFIDENCE) / 2));
  }

  /**
   * Returns a quantile of a sample, interpolated linearly between neighbors (definition 7 of
   * Hyndman and Fan, <i>Sample quantiles in statistical packages</i>, 1996).
   *
   * @param sorted ascending, at least one value
   * @param share the share of the sample below the quantile, in [0, 1]
   */
  static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
