package dev.softgate.scoring.statistics;

import java.util.List;

/**
 * How well a score finds wrong labels. Ties count as the average over random orders.
 *
 * @param auroc the probability that a wrong label scores below a right one; a tie counts half
 * @param averagePrecision Σ (Rₙ − Rₙ₋₁)·Pₙ over the distinct scores, where R and P are recall and
 *     precision of flagging all images up to a score; not interpolated
 * @param bestF1 the greatest F1 of any threshold. The truth chooses this threshold, so it may be
 *     out of reach without the truth.
 * @param top the measures of flagging k images, in the order of the cutoffs
 */
public record RankingMetrics(double auroc, double averagePrecision, double bestF1, List<TopK> top) {

  /**
   * The result of flagging the k most suspicious images.
   *
   * @param k the number of flagged images
   * @param precision the share of them whose label is wrong
   * @param recall the share of all wrong labels that are flagged
   * @param f1 the harmonic mean of precision and recall
   */
  public record TopK(int k, double precision, double recall, double f1) {}
}
