package dev.softgate.parity;

import dev.softgate.parity.ParityReport.Quantity;

/** The greatest error so far; NaN is kept. */
final class Worst {
  private double error;
  private String where = "none";

  void see(double candidate, String place) {
    if (!Double.isNaN(error) && !(candidate <= error)) {
      error = candidate;
      where = place;
    }
  }

  Quantity quantity(String name, double bound) {
    return new Quantity(name, error, bound, where);
  }

  /** The L2 norm. */
  static double norm(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += (double) value * value;
    }
    return Math.sqrt(sum);
  }
}
