package dev.softgate.scoring.labels;

import dev.softgate.scoring.statistics.Ranks;
import java.util.Arrays;
import java.util.List;

/**
 * Combines several scores into one. The weights come from how much the scores agree with one
 * another; no clean label is needed.
 *
 * <p>Let u be a score's midranks, scaled to (0, 1). If scores are independent given whether the
 * label is wrong, the covariance of scores i and j is vᵢ·vⱼ, with vᵢ proportional to AUROCᵢ − ½:
 * only the truth can correlate them. So v is fitted to the covariances off the diagonal, minimizing
 * Σ (cᵢⱼ − vᵢ·vⱼ)². The bound vᵢ² ≤ cᵢᵢ holds because a score shares no more than its own variance;
 * without it, a few images whose scores hardly agree are fitted best by one score alone (a Heywood
 * case of factor analysis). The consensus is Σ vᵢ·uᵢ / Σ vᵢ. A score that contradicts the others
 * (vᵢ &lt; 0) gets no weight.
 *
 * <p>Source: Ahsen, Vogel and Stolovitzky, <i>Unsupervised evaluation and weighted aggregation of
 * ranked classification predictions</i> (SUMMA), JMLR 20, 2019; Parisi et al., <i>Ranking and
 * combining multiple predictors without labeled data</i>, PNAS 2014. A mixture of two distributions
 * would need their shape and would take any bimodality for wrong labels. Differs: a bounded
 * least-squares fit by coordinate descent, without negative weights.
 *
 * <p>Scores of one training are not independent: they share its random course, and near copies of
 * one score confirm each other. Pass one score of each kind.
 */
public final class Consensus {

  private static final int MOST_ROUNDS = 10_000;
  private static final double CONVERGED = 1e-12; // covariances of ranks in (0, 1) are below 1/12

  private final double[] weights;
  private final double[] scores;

  /**
   * Fits the weights and combines the scores.
   *
   * @param scores at least three, each N, not all constant; a high score means a good label
   * @throws IllegalArgumentException if there are fewer, they differ in length, one is NaN, or no
   *     two agree
   */
  public Consensus(List<double[]> scores) {
    if (scores.size() < 3) {
      throw new IllegalArgumentException("a consensus needs at least three scores");
    }
    int images = scores.get(0).length;
    double[][] ranks = new double[scores.size()][];
    for (int i = 0; i < ranks.length; i++) {
      if (scores.get(i).length != images) {
        throw new IllegalArgumentException("the scores differ in length");
      }
      ranks[i] =
          Arrays.stream(new Ranks(scores.get(i)).midranks())
              .map(rank -> (rank - 0.5) / images)
              .toArray();
    }
    weights = factor(covariances(ranks));
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      weights[i] = Math.max(0, weights[i]);
      sum += weights[i];
    }
    if (sum == 0) {
      throw new IllegalArgumentException("no two scores agree");
    }
    this.scores = new double[images];
    for (int i = 0; i < weights.length; i++) {
      weights[i] /= sum;
      for (int n = 0; n < images; n++) {
        this.scores[n] += weights[i] * ranks[i][n];
      }
    }
  }

  private static double[][] covariances(double[][] ranks) {
    double[][] covariances = new double[ranks.length][ranks.length];
    int images = ranks[0].length;
    for (int i = 0; i < ranks.length; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = 0;
        for (int n = 0; n < images; n++) {
          sum += (ranks[i][n] - 0.5) * (ranks[j][n] - 0.5); // the mean of midranks is 0.5
        }
        covariances[i][j] = sum / images;
        covariances[j][i] = sum / images;
      }
    }
    return covariances;
  }

  /**
   * Finds the v within ±√cᵢᵢ that minimizes Σ over i ≠ j of (cᵢⱼ − vᵢ·vⱼ)², starting where all
   * scores agree. The sign with the positive sum is chosen.
   */
  private static double[] factor(double[][] covariances) {
    double[] most = new double[covariances.length];
    Arrays.setAll(most, i -> Math.sqrt(covariances[i][i]));
    double[] v = most.clone();
    double change = Double.POSITIVE_INFINITY;
    for (int round = 0; round < MOST_ROUNDS && change > CONVERGED; round++) {
      change = 0;
      for (int i = 0; i < v.length; i++) {
        double product = 0;
        double square = 0;
        for (int j = 0; j < v.length; j++) {
          product += j == i ? 0 : covariances[i][j] * v[j];
          square += j == i ? 0 : v[j] * v[j];
        }
        double free = square > 0 ? product / square : 0;
        double better = Math.max(-most[i], Math.min(free, most[i]));
        change = Math.max(change, Math.abs(better - v[i]));
        v[i] = better;
      }
    }
    double sign = Math.signum(Arrays.stream(v).sum()); // −v fits as well as v
    return Arrays.stream(v).map(loading -> sign * loading).toArray();
  }

  /** The combined score: N values in [0, 1]; a high score means a good label. */
  public double[] scores() {
    return scores.clone();
  }

  /** The weight of each score, in the given order. They sum to 1. */
  public double[] weights() {
    return weights.clone();
  }
}
