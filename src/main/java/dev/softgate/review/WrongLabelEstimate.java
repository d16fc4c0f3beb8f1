package dev.softgate.review;

import dev.softgate.Range;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How many of the images without a decision have a wrong label, from the decisions so far.
 *
 * <p>The probability that the label at rank r (1 is the worst) is wrong is modeled as a falling
 * curve, P(r) = t / (1 + (r / c)^s): t at the head of the list, half of it at rank c, a power law
 * beyond. The three parameters lie on a grid with equal prior weights, log-spaced in c. The weights
 * become those of a posterior by the likelihood of the decisions, each a Bernoulli trial. The
 * number of wrong labels among the images without a decision then has a posterior predictive
 * distribution, in which each curve contributes a normal distribution with the mean and the
 * variance of its sum of trials. The estimate is its median, and the interval holds 95 % of it.
 *
 * <p>Power laws over ranks are a usual model for when to stop before the end of a ranked list
 * (Sneyd and Stevenson, EMNLP 2019, with Poisson processes). On the six simulated lists of
 * WrongLabelEstimateTest, of which five have curves of another shape, the interval held the true
 * number in 90 to 100 % of 200 trials each. The median is too high where the true curve falls
 * exponentially.
 *
 * <p>It assumes that the list is ordered by suspicion. Wrong labels that the scores do not find lie
 * evenly in the tail; they count only once decisions reach the tail.
 *
 * @param expected the number of wrong labels to expect, a median
 * @param least the lower end of the 95 % interval
 * @param most the upper end of the 95 % interval
 */
record WrongLabelEstimate(
    @Range(from = 0, to = Integer.MAX_VALUE) int expected,
    @Range(from = 0, to = Integer.MAX_VALUE) int least,
    @Range(from = 0, to = Integer.MAX_VALUE) int most) {

  /** Fewer decisions, or fewer kept labels, do not show how the curve falls. */
  static final int LEAST_DECISIONS = 20;

  static final int LEAST_KEPT = 3;

  /** Ranks within a bin, which is at least one rank, differ by at most this factor. */
  private static final double BIN = 1.07;

  private static final double[] TOPS = {1, 0.95, 0.85, 0.7, 0.55, 0.4, 0.25, 0.12, 0.05, 0.02};
  private static final double[] SLOPES = {1, 1.5, 2, 3, 4.5, 7, 11, 16};
  private static final int CENTERS = 40;
  private static final double TAIL = 0.025;
  private static final double NEGLIGIBLE = 1e-9;

  /** What is known about the label of an image. */
  enum State {
    UNDECIDED,
    RIGHT,
    WRONG
  }

  /** Equal ranks: their mean, and the numbers of right, wrong and counted undecided labels. */
  private static final class Bin {
    private final double logRank;
    private int right;
    private int wrong;
    private int open;

    Bin(double logRank) {
      this.logRank = logRank;
    }
  }

  /**
   * Estimates the number of wrong labels among undecided images.
   *
   * @param states by rank, the most suspicious first
   * @param counted true for the undecided images to count
   * @return null if there are not enough decisions yet
   */
  static @Nullable WrongLabelEstimate of(State[] states, boolean[] counted) {
    Bin[] bins = bins(states, counted);
    int right = 0;
    int decided = 0;
    for (Bin bin : bins) {
      right += bin.right;
      decided += bin.right + bin.wrong;
    }
    if (decided < LEAST_DECISIONS || right < LEAST_KEPT) {
      return null;
    }
    double[][] curves = curves(bins, states.length);
    double total = 0;
    for (double[] curve : curves) {
      total += curve[0];
    }
    int open = 0;
    for (Bin bin : bins) {
      open += bin.open;
    }
    return new WrongLabelEstimate(
        quantile(curves, 0.5 * total, open),
        quantile(curves, TAIL * total, open),
        quantile(curves, (1 - TAIL) * total, open));
  }

  private static Bin[] bins(State[] states, boolean[] counted) {
    List<Bin> bins = new ArrayList<>();
    int from = 0;
    while (from < states.length) {
      int to = Math.min(states.length, Math.max(from + 1, (int) ((from + 1) * BIN)));
      Bin bin = new Bin(Math.log((from + 1 + to) / 2.0));
      for (int i = from; i < to; i++) {
        switch (states[i]) {
          case RIGHT -> bin.right++;
          case WRONG -> bin.wrong++;
          case UNDECIDED -> bin.open += counted[i] ? 1 : 0;
        }
      }
      bins.add(bin);
      from = to;
    }
    return bins.toArray(Bin[]::new);
  }

  /** For each curve of the grid its weight, and mean and variance of the number of wrong labels. */
  private static double[][] curves(Bin[] bins, int count) {
    double first = Math.log(0.5);
    double last = Math.log(10.0 * count);
    double[][] curves = new double[TOPS.length * SLOPES.length * CENTERS][];
    int at = 0;
    double best = Double.NEGATIVE_INFINITY;
    for (double slope : SLOPES) {
      for (int c = 0; c < CENTERS; c++) {
        double center = first + (last - first) * c / (CENTERS - 1);
        double[] shape = new double[bins.length];
        for (int b = 0; b < bins.length; b++) {
          shape[b] = 1 / (1 + Math.exp(slope * (bins[b].logRank - center)));
        }
        for (double top : TOPS) {
          curves[at] = curve(bins, shape, top);
          best = Math.max(best, curves[at++][0]);
        }
      }
    }
    for (double[] curve : curves) {
      curve[0] = Math.exp(curve[0] - best);
    }
    return curves;
  }

  private static double[] curve(Bin[] bins, double[] shape, double top) {
    double logLikelihood = 0;
    double mean = 0;
    double variance = 0;
    for (int b = 0; b < bins.length; b++) {
      Bin bin = bins[b];
      double p = Math.min(1 - NEGLIGIBLE, Math.max(NEGLIGIBLE, top * shape[b]));
      if (bin.right > 0) {
        logLikelihood += bin.right * Math.log1p(-p);
      }
      if (bin.wrong > 0) {
        logLikelihood += bin.wrong * Math.log(p);
      }
      mean += bin.open * p;
      variance += bin.open * p * (1 - p);
    }
    return new double[] {logLikelihood, mean, variance};
  }

  /** The least whole number at or below which the mixture has the given weight. */
  private static int quantile(double[][] curves, double weight, int most) {
    int low = 0;
    int high = most;
    while (low < high) {
      int middle = (low + high) >>> 1;
      double below = 0;
      for (double[] curve : curves) {
        below += curve[0] < NEGLIGIBLE ? 0 : curve[0] * normalBelow(middle + 0.5, curve);
      }
      if (below >= weight) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /**
   * The standard normal distribution function, by its logistic approximation (error below 0.01).
   */
  private static double normalBelow(double value, double[] curve) {
    double z = (value - curve[1]) / Math.sqrt(Math.max(curve[2], NEGLIGIBLE));
    return 1 / (1 + Math.exp(-1.702 * z));
  }
}
