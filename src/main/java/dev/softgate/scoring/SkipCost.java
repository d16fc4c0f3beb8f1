package dev.softgate.scoring;

import java.util.List;

/**
 * What a network that skips costs an image, in multiply-accumulates of convolutions and linear
 * layers, those of the gates included.
 *
 * @param macs with nothing skipped
 * @param additional of each gate, what skipping saves
 */
public record SkipCost(long macs, List<Long> additional) {

  /** Copies the list. */
  public SkipCost {
    additional = List.copyOf(additional);
  }

  /** The mean over images of which a share skips each gate's layers. */
  public double macs(List<Double> skipRates) {
    double saved = 0;
    for (int gate = 0; gate < additional.size(); gate++) {
      saved += skipRates.get(gate) * additional.get(gate);
    }
    return macs - saved;
  }

  /** The fraction of {@link #macs()} that is saved so. */
  public double saved(List<Double> skipRates) {
    return 1 - macs(skipRates) / macs;
  }
}
