package dev.softgate.scoring.labels;

import dev.softgate.scoring.statistics.Ranks;
import java.util.Arrays;
import java.util.List;

/**
 * One score from several, weighed by how much they agree with one another, without any clean label.
 *
 * <p>Let u be a score's midranks, brought to (0, 1). If scores are independent given whether the
 * label is wrong, the covariance of two is vᵢ·vⱼ with vᵢ proportional to AUROCᵢ − ½: what two
 * scores share they can only have from the truth. So v is fitted to the covariances off the
 * diagonal, minimizing Σ (cᵢⱼ − vᵢ·vⱼ)² with vᵢ² ≤ cᵢᵢ, for no score shares more than it has: few
 * images whose scores hardly agree are fitted best by one score alone without that bound (a Heywood
 * case of factor analysis). The consensus is Σ vᵢ·uᵢ / Σ vᵢ. A score that contradicts the others
 * (vᵢ &lt; 0) has no weight.
 *
 * <p>Source: Ahsen, Vogel and Stolovitzky, <i>Unsupervised evaluation and weighted aggregation of
 * ranked classification predictions</i> (SUMMA), JMLR 20, 2019; Parisi et al., <i>Ranking and
 * combining multiple predictors without labeled data</i>, PNAS 2014. Chosen over a mixture of two
 * distributions, which needs their shape and takes whatever is bimodal for wrong labels. Differs:
 * the fit is of least squares, coordinate by coordinate, it is bounded, and no weight is negative.
 *
 * <p>Scores of one training are not independent: they share its luck, and near copies of one score
 * vote for each other. So pass one score of a kind.
 */
public final class Consensus {

  private static final int MOST_ROUNDS = 10_000;
  private static final double CONVERGED = 1e-12; // covariances of ranks in (0, 1) are below 1/12

  private final double[] weights;
  private final double[] scores;

  /**
   * Fits weights and combines.
   *
   * @param scores at least three, each N, high = good label, not all of them constant
   * @throws IllegalArgumentException if there are fewer, they differ in length, one is not a
   *     number, or no two agree
   */
  public Consensus(List<double[]> scores) {
    if (scores.size() < 3) {
      throw new IllegalArgumentException("of two scores nobody can tell which is better");
    }
    int images = scores.get(0).length;
    double[][] ranks = new double[scores.size()][];
    for (int i = 0; i < ranks.length; i++) {
      if (scores.get(i).length != images) {
        throw new IllegalArgumentException("scores of different images");
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
          sum += (ranks[i][n] - 0.5) * (ranks[j][n] - 0.5); // midranks have this mean
        }
        covariances[i][j] = sum / images;
        covariances[j][i] = sum / images;
      }
    }
    return covariances;
  }

  /**
   * The v within ±√cᵢᵢ that minimizes Σ over i ≠ j of (cᵢⱼ − vᵢ·vⱼ)², found from where all agree;
   * of the two signs, that of the greater part.
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

  /** The combined score: N values in [0, 1], high = good label. */
  public double[] scores() {
    return scores.clone();
  }

  /** Each score's weight, in the order given; they sum to 1. */
  public double[] weights() {
    return weights.clone();
  }
}
