package dev.softgate.report;

import dev.softgate.scoring.statistics.Estimate;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Formats numbers for readers. */
final class Figures {

  /** Shown if there is no number. */
  static final String NONE = "–";

  private Figures() {}

  static String percent(@Nullable Object fraction) {
    return fraction instanceof Number number
        ? String.format(Locale.ROOT, "%.2f%%", 100 * number.doubleValue())
        : NONE;
  }

  static String decimals(@Nullable Object value, int decimals) {
    return value instanceof Number number && Double.isFinite(number.doubleValue())
        ? String.format(Locale.ROOT, "%,." + decimals + "f", number.doubleValue())
        : NONE;
  }

  static String whole(@Nullable Object value) {
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

  static String text(@Nullable Object value) {
    return value == null ? NONE : value.toString();
  }
}
