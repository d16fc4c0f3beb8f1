package dev.softgate.scoring;

import java.util.List;

/**
 * The cost of a skipping network per image, in multiply-accumulates of convolutions and linear
 * layers, including the gates.
 *
 * @param macs the cost with nothing skipped
 * @param additional what skipping saves, by gate
 */
public record SkipCost(long macs, List<Long> additional) {

  /**
   * The mean cost over images.
   *
   * @param skipRates the share of images that skip, by gate
   */
  public double macs(List<Double> skipRates) {
    double saved = 0;
    for (int gate = 0; gate < additional.size(); gate++) {
      saved += skipRates.get(gate) * additional.get(gate);
    }
    return macs - saved;
  }

  /** The fraction of {@link #macs()} that these skip rates save. */
  public double saved(List<Double> skipRates) {
    return 1 - macs(skipRates) / macs;
  }
}
