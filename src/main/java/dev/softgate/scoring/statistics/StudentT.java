package dev.softgate.scoring.statistics;

import java.util.Arrays;

/**
 * Means over a few seeds with Student's interval: x̄ ± t·s/√n, with s of n − 1 degrees of freedom.
 *
 * <p>With three to five seeds a bootstrap has too few distinct resamples. Student's interval is
 * exact for any number of values if they are normally distributed.
 */
public final class StudentT {

  private StudentT() {}

  /**
   * The mean of independently measured values.
   *
   * @throws IllegalArgumentException if there are fewer than two values
   */
  public static Estimate mean(double... values) {
    int n = values.length;
    if (n < 2) {
      throw new IllegalArgumentException("an interval needs at least two values, got " + n);
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    double half = quantile((1 + Estimate.CONFIDENCE) / 2, n - 1) * Math.sqrt(squares / (n - 1) / n);
    return new Estimate(mean, mean - half, mean + half);
  }

  /**
   * The mean of first − second, pair by pair: two methods with the same seeds.
   *
   * @throws IllegalArgumentException if the lengths differ or there are fewer than two pairs
   */
  public static Estimate pairedDifference(double[] first, double[] second) {
    if (first.length != second.length) {
      throw new IllegalArgumentException(
          "the lengths %d and %d differ".formatted(first.length, second.length));
    }
    double[] differences = new double[first.length];
    Arrays.setAll(differences, i -> first[i] - second[i]);
    return mean(differences);
  }

  /**
   * The quantile of a share of the distribution, found by bisection.
   *
   * @param share in [0.5, 1)
   */
  static double quantile(double share, int degreesOfFreedom) {
    double low = 0;
    double high = 1;
    while (centralProbability(high, degreesOfFreedom) < 2 * share - 1) {
      high *= 2;
    }
    while (true) {
      double middle = (low + high) / 2;
      if (middle <= low || middle >= high) {
        return middle;
      }
      if (centralProbability(middle, degreesOfFreedom) < 2 * share - 1) {
        low = middle;
      } else {
        high = middle;
      }
    }
  }

  /** P(|T| ≤ t): Abramowitz and Stegun, 26.7.3 (odd) and 26.7.4 (even). */
  private static double centralProbability(double t, int degreesOfFreedom) {
    double angle = Math.atan(t / Math.sqrt(degreesOfFreedom));
    boolean odd = degreesOfFreedom % 2 == 1;
    double cosineSquared = Math.cos(angle) * Math.cos(angle);
    double term = odd ? Math.cos(angle) : 1;
    double sum = 0;
    for (int power = odd ? 1 : 0; power <= degreesOfFreedom - 2; power += 2) {
      sum += term;
      term *= cosineSquared * (power + 1) / (power + 2);
    }
    sum *= Math.sin(angle);
    return odd ? 2 / Math.PI * (angle + sum) : sum;
  }
}
