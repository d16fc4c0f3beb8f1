package dev.softgate.scoring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Chooses thresholds, of several gates together, on the images of {@link SkipPaths}. */
public final class SkipSearch {

  /** Of several gates every combination is tried, so each gets fewer. */
  private static final int[] PIECES = {200, 60, 20};

  private final SkipPaths paths;
  private final SkipCost cost;
  private final double greatest;
  private final List<SkipOutcome> outcomes = new ArrayList<>();

  /**
   * Tries all combinations.
   *
   * @param greatest the highest threshold there may be
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

  /** The most accurate; of equals the cheapest. */
  public SkipOutcome mostAccurate() {
    return outcomes.stream()
        .max(Comparator.comparingDouble(SkipOutcome::accuracy).thenComparingDouble(this::saved))
        .orElseThrow();
  }

  /**
   * The cheapest of those that are accurate enough, of equals the most accurate; the most accurate
   * where none is.
   */
  public SkipOutcome cheapest(double leastAccuracy) {
    return outcomes.stream()
        .filter(outcome -> outcome.accuracy() >= leastAccuracy)
        .max(Comparator.comparingDouble(this::saved).thenComparingDouble(SkipOutcome::accuracy))
        .orElseGet(this::mostAccurate);
  }

  /**
   * The most accurate of those that save enough, of equals the cheapest; what saves most where none
   * does.
   *
   * @param leastSaved fraction of the multiply-accumulates
   */
  public SkipOutcome mostAccurate(double leastSaved) {
    return outcomes.stream()
        .filter(outcome -> saved(outcome) >= leastSaved)
        .max(Comparator.comparingDouble(SkipOutcome::accuracy).thenComparingDouble(this::saved))
        .orElseGet(
            () -> outcomes.stream().max(Comparator.comparingDouble(this::saved)).orElseThrow());
  }

  /**
   * What lets shares of the images skip, as near as can be.
   *
   * @param shares in [0, 1], one a gate
   */
  public SkipOutcome atRates(double... shares) {
    double[] thresholds = paths.thresholdsAt(shares);
    for (int gate = 0; gate < thresholds.length; gate++) {
      thresholds[gate] = Math.min(greatest, thresholds[gate]);
    }
    return paths.at(thresholds);
  }

  /**
   * The whole trade-off, from nothing skipped to the cheapest: of each of {@code steps} equal
   * stretches of what can be saved, the most accurate, of equals the cheapest.
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
          .max(Comparator.comparingDouble(SkipOutcome::accuracy).thenComparingDouble(this::saved))
          .ifPresent(frontier::add);
    }
    return frontier;
  }

  /** Of the multiply-accumulates, the fraction that thresholds save. */
  public double saved(SkipOutcome outcome) {
    return cost.saved(outcome.skipRates());
  }
}
