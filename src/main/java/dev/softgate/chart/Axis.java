package dev.softgate.chart;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * An axis of a chart.
 *
 * @param label the quantity with its unit
 * @param format the format of its numbers
 * @param low the low end; NaN for just below the data
 * @param high the high end; NaN for just above the data
 */
public record Axis(String label, Format format, double low, double high) {

  /** The number format of an axis. */
  public enum Format {
    /** Plain numbers. */
    NUMBER,
    /** Fractions, written in percent. */
    PERCENT
  }

  /** An axis of plain numbers that fits the data. */
  public static Axis number(String label) {
    return new Axis(label, Format.NUMBER, Double.NaN, Double.NaN);
  }

  /** An axis of fractions, written in percent, that fits the data. */
  public static Axis percent(String label) {
    return new Axis(label, Format.PERCENT, Double.NaN, Double.NaN);
  }

  /** The same axis with fixed ends; NaN fits an end to the data. */
  public Axis from(double least, double greatest) {
    return new Axis(label, format, least, greatest);
  }

  /** Formats a number with up to four significant digits and no trailing zeros. */
  public static String shortest(double value) {
    String digits = String.format(Locale.ROOT, "%.4g", value);
    double rounded = Double.parseDouble(digits);
    boolean plain = rounded == 0 || (Math.abs(rounded) >= 1e-4 && Math.abs(rounded) < 1e6);
    return plain
        ? new BigDecimal(digits).stripTrailingZeros().toPlainString()
        : String.format(Locale.ROOT, "%.0e", rounded);
  }
}
