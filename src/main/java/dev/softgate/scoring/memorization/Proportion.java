package dev.softgate.scoring.memorization;

/** A share of successes among trials. */
final class Proportion {

  private Proportion() {}

  /**
   * The variance of a share k/n, p(1 − p)/n with p = (k + ½)/(n + 1), which is above 0 for all k:
   * the mean of Jeffreys' posterior. NaN without trials.
   */
  static double variance(int successes, int trials) {
    double p = (successes + 0.5) / (trials + 1);
    return trials == 0 ? Double.NaN : p * (1 - p) / trials;
  }
}
