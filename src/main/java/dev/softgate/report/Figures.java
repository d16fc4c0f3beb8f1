package dev.softgate.report;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Numbers as people read them. */
final class Figures {

  /** What stands where there is no number. */
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

  static String text(@Nullable Object value) {
    return value == null ? NONE : value.toString();
  }
}
