package dev.softgate.evaluation;

import dev.softgate.BadInputException;
import dev.softgate.Range;
import dev.softgate.gate.GateSpec;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a network skips.
 *
 * @param thresholds one per gated stage, in their order: an image skips if its g is below
 * @param blend the features with which images that pass continue
 * @param chosenOn the images that the thresholds were chosen on, such as {@code val}; null if
 *     unknown
 */
public record SkipSetting(
    @Range(from = 0) List<Double> thresholds, SkipBlend blend, @Nullable String chosenOn) {

  /** Copies the list. */
  public SkipSetting {
    thresholds = List.copyOf(thresholds);
  }

  /** A setting whose thresholds were not chosen on images. */
  public SkipSetting(List<Double> thresholds, SkipBlend blend) {
    this(thresholds, blend, null);
  }

  /**
   * Creates the setting for thresholds from a user.
   *
   * @param thresholds one for all gated stages, or one for each
   * @param classes K
   * @throws BadInputException see {@link #requireFor}
   */
  public static SkipSetting given(
      List<Double> thresholds, SkipBlend blend, GateSpec gate, int classes) {
    List<Double> each =
        thresholds.size() == 1
            ? Collections.nCopies(gate.stages().size(), thresholds.get(0))
            : thresholds;
    return new SkipSetting(each, blend).requireFor(gate, classes);
  }

  /**
   * Checks that a network can skip with this setting.
   *
   * @param classes K
   * @return this
   * @throws BadInputException if the network has nothing to skip, the number of thresholds differs
   *     from the number of gates, or a threshold is out of range
   */
  public SkipSetting requireFor(GateSpec gate, int classes) {
    String reason = gate.reasonNotToSkip();
    if (reason != null) {
      throw new BadInputException("nothing can be skipped: " + reason);
    }
    if (thresholds.size() != gate.stages().size()) {
      throw new BadInputException(
          "{threshold}: give one for each gated stage (%s), found %d"
              .formatted(
                  gate.stages().stream().map(String::valueOf).collect(Collectors.joining(", ")),
                  thresholds.size()));
    }
    double greatest = greatestThreshold(gate, classes);
    for (double threshold : thresholds) {
      if (!(threshold >= 0 && threshold <= greatest)) {
        throw new BadInputException(
            "{threshold}: must be from 0 to %s, found %s"
                .formatted(greatest == 1 ? "1" : String.valueOf(greatest), threshold));
      }
    }
    return this;
  }

  /**
   * The highest valid threshold: 1, which no g exceeds; for the raw calibration the maximum entropy
   * if that is greater.
   */
  public static double greatestThreshold(GateSpec gate, int classes) {
    return Math.max(1, gate.greatestWeight(classes));
  }

  /** The rule that applies the thresholds. */
  public SkipRule rule() {
    return SkipRule.atThresholds(thresholds);
  }
}
