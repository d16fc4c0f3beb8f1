package dev.softgate.chart;

import java.math.BigDecimal;
import java.util.Locale;

/**
 * An axis of a chart.
 *
 * @param label what it measures, with its unit
 * @param format how its numbers are written
 * @param low where it begins; not a number for just below the data
 * @param high where it ends; not a number for just above the data
 */
public record Axis(String label, Format format, double low, double high) {

  /** How the numbers of an axis are written. */
  public enum Format {
    /** As they are. */
    NUMBER,
    /** A fraction, in percent. */
    PERCENT
  }

  /** An axis of plain numbers, as long as the data need. */
  public static Axis number(String label) {
    return new Axis(label, Format.NUMBER, Double.NaN, Double.NaN);
  }

  /** An axis of fractions that are written in percent, as long as the data need. */
  public static Axis percent(String label) {
    return new Axis(label, Format.PERCENT, Double.NaN, Double.NaN);
  }

  /** The same axis with its ends given; not a number leaves one to the data. */
  public Axis from(double least, double greatest) {
    return new Axis(label, format, least, greatest);
  }

  /** A number in a few characters: up to four significant digits, no zeros at the end. */
  public static String shortest(double value) {
    String digits = String.format(Locale.ROOT, "%.4g", value);
    double rounded = Double.parseDouble(digits);
    boolean plain = rounded == 0 || (Math.abs(rounded) >= 1e-4 && Math.abs(rounded) < 1e6);
    return plain
        ? new BigDecimal(digits).stripTrailingZeros().toPlainString()
        : String.format(Locale.ROOT, "%.0e", rounded);
  }
}
