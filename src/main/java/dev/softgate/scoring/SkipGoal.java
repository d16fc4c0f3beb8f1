package dev.softgate.scoring;

import dev.softgate.BadInputException;
import java.util.List;
import java.util.stream.IntStream;

/** The goal that thresholds are chosen for. */
public sealed interface SkipGoal {

  /**
   * Saves as much as possible while the accuracy stays close to the whole network's.
   *
   * @param most the greatest accuracy drop, a fraction
   */
  record AccuracyDrop(double most) implements SkipGoal {}

  /**
   * Maximizes the accuracy while saving enough.
   *
   * @param least the least saving, as a fraction of the multiply-accumulates
   */
  record Saving(double least) implements SkipGoal {}

  /**
   * Lets given shares of the images skip.
   *
   * @param shares one share for all gates, or one for each gate
   */
  record Rates(List<Double> shares) implements SkipGoal {

    /**
     * Returns a share for each gate.
     *
     * @throws BadInputException if the number of shares is neither one nor {@code gates}
     */
    public double[] each(int gates) {
      if (shares.size() != 1 && shares.size() != gates) {
        throw new BadInputException(
            "{target-skip}: give one share, or one for each of the %d gates, found %d"
                .formatted(gates, shares.size()));
      }
      return IntStream.range(0, gates)
          .mapToDouble(gate -> shares.get(shares.size() == 1 ? 0 : gate))
          .toArray();
    }
  }
}
