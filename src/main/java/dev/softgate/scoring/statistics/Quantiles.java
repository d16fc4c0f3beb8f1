package dev.softgate.scoring.statistics;

/** Quantiles of samples. */
final class Quantiles {

  private Quantiles() {}

  /**
   * Returns a quantile, interpolated linearly between neighbors (definition 7 of Hyndman and Fan,
   * <i>Sample quantiles in statistical packages</i>, 1996).
   *
   * @param sorted ascending, at least one value
   * @param share the share of the sample below the quantile, in [0, 1]
   */
  static double ofSorted(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
