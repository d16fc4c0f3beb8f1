package dev.softgate.labels;

import java.util.Locale;

/** Recognizes what was written instead of probabilities. */
final class RowProblem {

  private static final double TOLERANCE = 0.02;

  private RowProblem() {}

  /** What a row is that is no distribution, and what to do. */
  static String describe(float[] values, int start, int classes) {
    double sum = 0;
    double exponentials = 0;
    float least = Float.POSITIVE_INFINITY;
    float greatest = Float.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      float value = values[start + k];
      if (Float.isNaN(value) || value == Float.POSITIVE_INFINITY) {
        return "the value of class %d is %s; predict the image again or leave it out"
            .formatted(k, value);
      }
      sum += value;
      exponentials += Math.exp(value);
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    if (greatest <= 0 && Math.abs(exponentials - 1) <= TOLERANCE) {
      return "the values are logarithms of probabilities; write their exponentials";
    }
    if (least >= 0 && Math.abs(sum - 100) <= 100 * TOLERANCE) {
      return "the values are percentages; divide them by 100";
    }
    if (least < 0 || greatest > 1) {
      return text(
          "values from %.4g to %.4g look like logits; write probabilities, their softmax",
          least, greatest);
    }
    return text(
        "the probabilities sum to %.4g, not to 1; write those of one class among %d", sum, classes);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
