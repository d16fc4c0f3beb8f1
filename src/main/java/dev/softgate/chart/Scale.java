package dev.softgate.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An axis with fixed ends: the positions of values and ticks. Ticks are 1, 2 or 5 times a power of
 * ten apart.
 */
final class Scale {

  private static final int TICKS = 5;

  private final Axis axis;
  private final double low;
  private final double high;
  private final double step;

  /**
   * Fixes the ends.
   *
   * @param least the least value of the data
   * @param greatest the greatest value of the data
   * @param toTicks whether to extend open ends to the next tick
   */
  Scale(Axis axis, double least, double greatest, boolean toTicks) {
    this.axis = axis;
    double from = Double.isNaN(axis.low()) ? least : axis.low();
    double to = Double.isNaN(axis.high()) ? greatest : axis.high();
    if (to - from < 1e-9 * Math.max(1, Math.abs(to))) {
      double margin = from == 0 ? 0.5 : 0.05 * Math.abs(from);
      from = Double.isNaN(axis.low()) ? from - margin : from;
      to = Double.isNaN(axis.high()) || to <= from ? to + margin : to;
    }
    this.step = niceStep((to - from) / TICKS);
    double down =
        toTicks && Double.isNaN(axis.low()) ? step * Math.floor(from / step + 1e-9) : from;
    double up = toTicks && Double.isNaN(axis.high()) ? step * Math.ceil(to / step - 1e-9) : to;
    boolean fractions = axis.format() == Axis.Format.PERCENT;
    this.low = fractions && least >= 0 ? Math.max(down, 0) : down;
    this.high = fractions && greatest <= 1 ? Math.min(up, 1) : up;
  }

  private static double niceStep(double rough) {
    double power = Math.pow(10, Math.floor(Math.log10(rough)));
    double ratio = rough / power;
    return power * (ratio <= 1 ? 1 : ratio <= 2 ? 2 : ratio <= 5 ? 5 : 10);
  }

  /** The position of a value: 0 at the low end, 1 at the high end. */
  double position(double value) {
    return (value - low) / (high - low);
  }

  /** The values of the ticks, ascending. */
  List<Double> ticks() {
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(low / step - 1e-9); i <= high / step + 1e-9; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** A tick as text. */
  String tick(double value) {
    return switch (axis.format()) {
      case PERCENT -> format(100 * value, decimals(100 * step)) + "%";
      case NUMBER -> format(value, decimals(step));
    };
  }

  /** A value of the data as text. */
  String text(double value) {
    return switch (axis.format()) {
      case PERCENT -> format(100 * value, decimals(10 * step)) + "%";
      case NUMBER ->
          value == Math.rint(value) ? format(value, 0) : format(value, decimals(step / 10));
    };
  }

  private static int decimals(double ofStep) {
    return (int) Math.max(0, -Math.floor(Math.log10(ofStep) + 1e-9));
  }

  private static String format(double value, int decimals) {
    return String.format(Locale.ROOT, "%,." + decimals + "f", value == 0 ? 0.0 : value);
  }
}
