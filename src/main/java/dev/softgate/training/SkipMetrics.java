package dev.softgate.training;

import dev.softgate.Length;
import dev.softgate.Range;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What hard gates did in an epoch. A rate is the fraction of the images that skipped at a gate.
 *
 * @param trainRates while training
 * @param thresholds values of g at the epoch's end, below which images skip; null without a target
 * @param validationRates rates of the validation images; null without a target or such images
 * @param validationAccuracy accuracy with skipping, a fraction; null like the rates
 */
public record SkipMetrics(
    @Range(from = 0, to = 1) @Length(from = 1) List<Double> trainRates,
    @Range(from = 0) @Nullable List<Double> thresholds,
    @Range(from = 0, to = 1) @Nullable List<Double> validationRates,
    @Range(from = 0, to = 1) @Nullable Double validationAccuracy) {

  /** Copies the lists. */
  public SkipMetrics {
    trainRates = List.copyOf(trainRates);
    thresholds = thresholds == null ? null : List.copyOf(thresholds);
    validationRates = validationRates == null ? null : List.copyOf(validationRates);
  }

  /** The mean over the gates. */
  public static double mean(List<Double> rates) {
    return rates.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
