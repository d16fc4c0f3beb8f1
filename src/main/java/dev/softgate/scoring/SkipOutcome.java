package dev.softgate.scoring;

import java.util.List;

/**
 * What skipping at some thresholds comes to on some images.
 *
 * @param thresholds one a gate: an image skips where g is below
 * @param accuracy fraction of the images classified as labeled
 * @param skipRates of each gate, the fraction of the images that skip
 */
public record SkipOutcome(List<Double> thresholds, double accuracy, List<Double> skipRates) {

  /** Copies the lists. */
  public SkipOutcome {
    thresholds = List.copyOf(thresholds);
    skipRates = List.copyOf(skipRates);
  }
}
