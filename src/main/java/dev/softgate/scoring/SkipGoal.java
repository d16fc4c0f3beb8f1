package dev.softgate.scoring;

import dev.softgate.BadInputException;
import java.util.List;
import java.util.stream.IntStream;

/** What thresholds are chosen for. */
public sealed interface SkipGoal {

  /**
   * To save most while the accuracy stays near the whole network's.
   *
   * @param most that it may drop, a fraction
   */
  record AccuracyDrop(double most) implements SkipGoal {}

  /**
   * The most accurate that save enough.
   *
   * @param least fraction of the multiply-accumulates
   */
  record Saving(double least) implements SkipGoal {}

  /**
   * That so many skip.
   *
   * @param shares of the images, one for all gates or one for each
   */
  record Rates(List<Double> shares) implements SkipGoal {

    /** Copies the list. */
    public Rates {
      shares = List.copyOf(shares);
    }

    /**
     * A share for each gate.
     *
     * @throws BadInputException if there are neither one nor so many
     */
    public double[] each(int gates) {
      if (shares.size() != 1 && shares.size() != gates) {
        throw new BadInputException(
            "--target-skip: give one share, or one for each of the %d gates, found %d"
                .formatted(gates, shares.size()));
      }
      return IntStream.range(0, gates)
          .mapToDouble(gate -> shares.get(shares.size() == 1 ? 0 : gate))
          .toArray();
    }
  }
}
