package dev.softgate.scoring.statistics;

import java.util.List;

/**
 * How well a score finds wrong labels. Tied images count as if put in random order, on average.
 *
 * @param auroc the probability that a wrong label scores below a right one, a tie counting half
 * @param averagePrecision Σ (Rₙ − Rₙ₋₁)·Pₙ over the distinct scores, with recall R and precision P
 *     of flagging all images up to a score; not interpolated
 * @param bestF1 the greatest F1 that any threshold reaches; the threshold is chosen with the truth,
 *     so nobody without it can be sure to reach it
 * @param top of flagging a number of images, in the order of the cutoffs asked for
 */
public record RankingMetrics(double auroc, double averagePrecision, double bestF1, List<TopK> top) {

  /** Copies the list. */
  public RankingMetrics {
    top = List.copyOf(top);
  }

  /**
   * What flagging the k most suspicious images does.
   *
   * @param k how many are flagged
   * @param precision share of them whose label is wrong
   * @param recall share of all wrong labels that are flagged
   * @param f1 harmonic mean of the two
   */
  public record TopK(int k, double precision, double recall, double f1) {}
}
