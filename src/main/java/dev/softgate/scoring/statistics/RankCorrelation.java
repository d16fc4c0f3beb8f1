package dev.softgate.scoring.statistics;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Spearman's rank correlation of two quantities of the same images: Pearson's correlation of their
 * midranks, which is exact for ties (Kendall and Gibbons, <i>Rank Correlation Methods</i>, 1990,
 * ch. 3).
 */
public final class RankCorrelation {

  private final Ranks x;
  private final Ranks y;

  /**
   * Sorts both quantities.
   *
   * @param x N, at least one value
   * @param y N
   * @throws IllegalArgumentException if the lengths differ, there are no values, or one is NaN
   */
  public RankCorrelation(double[] x, double[] y) {
    if (x.length != y.length) {
      throw new IllegalArgumentException(
          "the lengths %d and %d differ".formatted(x.length, y.length));
    }
    this.x = new Ranks(x);
    this.y = new Ranks(y);
  }

  /** The correlation, in [−1, 1]; NaN if either quantity is constant. */
  public double value() {
    return value(x.once());
  }

  /**
   * The correlation with a percentile interval from resampled images. A resample in which either
   * quantity is constant is drawn again. All three numbers are NaN if a quantity is constant
   * throughout.
   *
   * @param resamples at least 1
   */
  public Estimate bootstrap(int resamples, long seed) {
    double value = value();
    double[] resampled = new double[resamples];
    Arrays.fill(resampled, Double.NaN);
    SplittableRandom random = new SplittableRandom(seed);
    int images = x.order.length;
    int[] counts = new int[images];
    for (int resample = 0; resample < resamples && !Double.isNaN(value); resample++) {
      while (Double.isNaN(resampled[resample])) {
        Arrays.fill(counts, 0);
        for (int i = 0; i < images; i++) {
          counts[random.nextInt(images)]++;
        }
        resampled[resample] = value(counts);
      }
    }
    return Estimate.percentile(value, resampled);
  }

  private double value(int[] counts) {
    double[] ranksX = x.midranks(counts);
    double[] ranksY = y.midranks(counts);
    double mean = (counts.length + 1) / 2.0; // a resample has as many images as the original
    double covariance = 0;
    double varianceX = 0;
    double varianceY = 0;
    for (int i = 0; i < counts.length; i++) {
      double dx = ranksX[i] - mean;
      double dy = ranksY[i] - mean;
      covariance += counts[i] * dx * dy;
      varianceX += counts[i] * dx * dx;
      varianceY += counts[i] * dy * dy;
    }
    return covariance / Math.sqrt(varianceX * varianceY); // NaN if either is constant
  }
}
