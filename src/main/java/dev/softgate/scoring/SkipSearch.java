package dev.softgate.scoring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Chooses the thresholds of all gates together, on the images of {@link SkipPaths}. */
public final class SkipSearch {

  /**
   * The number of pieces per gate, for one, two, and three or more gates: all combinations are
   * tried.
   */
  private static final int[] PIECES = {200, 60, 20};

  private final SkipPaths paths;
  private final SkipCost cost;
  private final double greatest;
  private final List<SkipOutcome> outcomes = new ArrayList<>();

  /**
   * Tries all combinations.
   *
   * @param greatest the highest valid threshold
   */
  public SkipSearch(SkipPaths paths, SkipCost cost, double greatest) {
    this.paths = paths;
    this.cost = cost;
    this.greatest = greatest;
    int pieces = PIECES[Math.min(paths.gates(), PIECES.length) - 1];
    List<double[]> cuts = new ArrayList<>();
    for (int gate = 0; gate < paths.gates(); gate++) {
      cuts.add(paths.cuts(gate, pieces, greatest));
    }
    tryAll(cuts, new double[paths.gates()], 0);
  }

  private void tryAll(List<double[]> cuts, double[] chosen, int gate) {
    if (gate == chosen.length) {
      outcomes.add(paths.at(chosen));
      return;
    }
    for (double threshold : cuts.get(gate)) {
      chosen[gate] = threshold;
      tryAll(cuts, chosen, gate + 1);
    }
  }

  /** Returns the most accurate outcome; of equals, the cheapest. */
  public SkipOutcome mostAccurate() {
    return outcomes.stream().max(accuracyFirst()).orElseThrow();
  }

  /**
   * Returns the cheapest outcome that is accurate enough. Among equally cheap ones it is the most
   * accurate. If no outcome is accurate enough, returns the most accurate.
   */
  public SkipOutcome cheapest(double leastAccuracy) {
    return outcomes.stream()
        .filter(outcome -> outcome.accuracy() >= leastAccuracy)
        .max(Comparator.comparingDouble(this::saved).thenComparingDouble(SkipOutcome::accuracy))
        .orElseGet(this::mostAccurate);
  }

  /**
   * Returns the most accurate outcome that saves enough; of equals, the cheapest. If none saves
   * enough, returns the one that saves most.
   *
   * @param leastSaved a fraction of the multiply-accumulates
   */
  public SkipOutcome mostAccurate(double leastSaved) {
    return outcomes.stream()
        .filter(outcome -> saved(outcome) >= leastSaved)
        .max(accuracyFirst())
        .orElseGet(
            () -> outcomes.stream().max(Comparator.comparingDouble(this::saved)).orElseThrow());
  }

  /**
   * Returns the outcome whose skip rates are closest to the given shares.
   *
   * @param shares in [0, 1], one per gate
   */
  public SkipOutcome atRates(double... shares) {
    double[] thresholds = paths.thresholdsAt(shares);
    for (int gate = 0; gate < thresholds.length; gate++) {
      thresholds[gate] = Math.min(greatest, thresholds[gate]);
    }
    return paths.at(thresholds);
  }

  /**
   * Returns the whole trade-off, from nothing skipped to the cheapest outcome. The range of savings
   * is divided into {@code steps} equal intervals; each gives its most accurate outcome, or the
   * cheapest of equals.
   */
  public List<SkipOutcome> frontier(int steps) {
    double most = outcomes.stream().mapToDouble(this::saved).max().orElse(0);
    List<SkipOutcome> frontier = new ArrayList<>();
    frontier.add(paths.at(new double[paths.gates()]));
    for (int step = 1; step <= steps; step++) {
      double from = most * (step - 0.5) / steps;
      double to = most * (step + 0.5) / steps;
      outcomes.stream()
          .filter(outcome -> saved(outcome) > from && saved(outcome) <= to)
          .max(accuracyFirst())
          .ifPresent(frontier::add);
    }
    return frontier;
  }

  private Comparator<SkipOutcome> accuracyFirst() {
    return Comparator.comparingDouble(SkipOutcome::accuracy).thenComparingDouble(this::saved);
  }

  /** Returns the fraction of the multiply-accumulates that an outcome saves. */
  public double saved(SkipOutcome outcome) {
    return cost.saved(outcome.skipRates());
  }
}
