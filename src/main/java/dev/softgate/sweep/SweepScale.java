package dev.softgate.sweep;

import dev.softgate.BadInputException;
import dev.softgate.config.EpochScale;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Datasets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The fraction of a training's epochs, and of its training images, that a sweep trains: 0.1 costs a
 * hundredth. Milestones, warm-up and the like move with the epochs; the test images stay.
 *
 * @param factor in (0, 1]
 */
record SweepScale(double factor) {

  static final SweepScale FULL = new SweepScale(1);

  /** Throws BadInputException unless 0 &lt; factor ≤ 1. */
  SweepScale {
    if (!(factor > 0) || factor > 1) {
      throw new BadInputException("{scale}: must be above 0 and at most 1, found " + factor);
    }
  }

  boolean isFull() {
    return factor == 1;
  }

  /**
   * The same training, smaller.
   *
   * @throws BadInputException if nothing tells how many images it trains on
   */
  RunConfig of(RunConfig config) {
    if (isFull()) {
      return config;
    }
    Integer images = config.data().limitTrain();
    if (images == null) {
      images = trainImages(config);
    }
    if (images == null) {
      throw new BadInputException(
          "--scale: how many images %s has is not known; set limit-train", config.data().dataset());
    }
    Map<String, String> values =
        new LinkedHashMap<>(EpochScale.texts(config, atLeastOne(config.optimization().epochs())));
    values.put("limit-train", Integer.toString(atLeastOne(images)));
    return config.with(values);
  }

  /** How many images such a configuration trains on; null if that takes reading the set. */
  private static @Nullable Integer trainImages(RunConfig config) {
    Integer all = Datasets.trainImages(config.data().dataset());
    return all == null ? null : (int) Math.round(all * (1 - config.data().valFraction()));
  }

  private int atLeastOne(int count) {
    return (int) Math.max(1, Math.round(count * factor));
  }
}
