package dev.softgate.report;

import dev.softgate.scoring.statistics.Estimate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats numbers for readers. */
final class Figures {

  static final String NONE = "–";

  private Figures() {}

  static String percent(@Nullable Number fraction) {
    return fraction == null
        ? NONE
        : String.format(Locale.ROOT, "%.2f%%", 100 * fraction.doubleValue());
  }

  static String decimals(@Nullable Number value, int decimals) {
    return value == null || !Double.isFinite(value.doubleValue())
        ? NONE
        : String.format(Locale.ROOT, "%,." + decimals + "f", value.doubleValue());
  }

  static String whole(@Nullable Number value) {
    return decimals(value, 0);
  }

  /** A value with the ends of its interval. */
  static String interval(Estimate estimate) {
    return "%s (%s to %s)"
        .formatted(
            decimals(estimate.value(), 4),
            decimals(estimate.low(), 4),
            decimals(estimate.high(), 4));
  }
}
