package dev.softgate.scoring;

import java.util.List;

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
  }
}
