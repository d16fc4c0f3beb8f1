package dev.softgate.scoring.statistics;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A mean over a few seeds with the sample's standard deviation, √(Σ(x − x̄)² / (n − 1)).
 *
 * @param mean null without values
 * @param deviation null with fewer than two values
 * @param count n
 */
public record SampleMean(@Nullable Double mean, @Nullable Double deviation, int count) {

  /** The mean of these values. */
  public static SampleMean of(double... values) {
    int n = values.length;
    if (n == 0) {
      return new SampleMean(null, null, 0);
    }
    double mean = Arrays.stream(values).average().orElseThrow();
    double squares = Arrays.stream(values).map(value -> (value - mean) * (value - mean)).sum();
    return new SampleMean(mean, n < 2 ? null : Math.sqrt(squares / (n - 1)), n);
  }
}
