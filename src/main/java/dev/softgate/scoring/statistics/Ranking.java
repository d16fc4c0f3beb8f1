package dev.softgate.scoring.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A label score compared with a known truth: the images in order of suspicion (lowest score first),
 * and which of their labels are wrong.
 *
 * <p>Wrong labels are the positives of every measure. Equal scores count as one step. The measures
 * depend only on the order of the scores, not on the order of the images.
 *
 * <p>Source: Fawcett, <i>An introduction to ROC analysis</i>, 2006, §7; Davis and Goadrich, <i>The
 * relationship between precision-recall and ROC curves</i>, ICML 2006.
 */
public final class Ranking {

  private final Ranks ranks;
  private final int[] cutoffs;

  /** For each place, −1 (all bits set) if the label is wrong, 0 if it is right. */
  private final int[] wrongMask;

  private final int wrongLabels;

  /**
   * Sorts the images.
   *
   * @param scores N; a high score means a good label
   * @param wrong N, whether the label is wrong; at least one is and at least one is not
   * @param cutoffs numbers k of images to flag, ascending, in [1, N]
   * @throws IllegalArgumentException if the lengths differ, a score is NaN, all labels are wrong or
   *     all are right, or the cutoffs are not ascending or out of range
   */
  public Ranking(double[] scores, boolean[] wrong, int... cutoffs) {
    if (scores.length != wrong.length) {
      throw new IllegalArgumentException(scores.length + " scores, " + wrong.length + " labels");
    }
    this.ranks = new Ranks(scores);
    this.cutoffs = cutoffs.clone();
    this.wrongMask = new int[wrong.length];
    int found = 0;
    for (int place = 0; place < wrong.length; place++) {
      boolean isWrong = wrong[ranks.order[place]];
      wrongMask[place] = isWrong ? -1 : 0;
      found += isWrong ? 1 : 0;
    }
    this.wrongLabels = found;
    if (wrongLabels == 0 || wrongLabels == wrong.length) {
      throw new IllegalArgumentException("a ranking needs wrong and right labels");
    }
    int least = 1;
    for (int k : cutoffs) {
      if (k < least || k > wrong.length) {
        throw new IllegalArgumentException("invalid cutoffs " + Arrays.toString(cutoffs));
      }
      least = k;
    }
  }

  /** Returns all measures of the original images. */
  public RankingMetrics metrics() {
    return metrics(ranks.once());
  }

  /**
   * Returns all measures of a resample.
   *
   * @param counts N, how often each image occurs; the totals of wrong and right labels are
   *     unchanged
   */
  RankingMetrics metrics(int[] counts) {
    int rightLabels = wrongMask.length - wrongLabels;
    long pairs = 0; // twice the number of pairs (wrong label, right label) in the right order; a
    // tie counts half
    double averagePrecision = 0;
    long best = 0; // numerator and denominator of the best F1 = 2·found/(flagged + wrongLabels)
    long bestOf = 1;
    List<RankingMetrics.TopK> top = new ArrayList<>(cutoffs.length);
    long found = 0;
    long flagged = 0;
    long foundBefore = 0;
    long flaggedBefore = 0;
    for (int place = 0; place < wrongMask.length; place++) {
      int count = counts[ranks.order[place]];
      flagged += count;
      found += count & wrongMask[place];
      if (!ranks.endsTie[place]) {
        continue;
      }
      long step = found - foundBefore;
      pairs += (flagged - flaggedBefore - step) * (found + foundBefore);
      // also for empty steps, a third of a resample's: a mispredicted branch is slower
      averagePrecision += step * ((double) found / Math.max(flagged, 1));
      if (found * bestOf > best * (flagged + wrongLabels)) {
        best = found;
        bestOf = flagged + wrongLabels;
      }
      while (top.size() < cutoffs.length && cutoffs[top.size()] <= flagged) {
        int k = cutoffs[top.size()];
        double share = (double) (k - flaggedBefore) / (flagged - flaggedBefore);
        top.add(topK(k, foundBefore + share * step));
      }
      foundBefore = found;
      flaggedBefore = flagged;
    }
    return new RankingMetrics(
        pairs / (2.0 * wrongLabels * rightLabels),
        averagePrecision / wrongLabels,
        2.0 * best / bestOf,
        top);
  }

  private RankingMetrics.TopK topK(int k, double found) {
    return new RankingMetrics.TopK(
        k, found / k, found / wrongLabels, 2 * found / (k + wrongLabels));
  }

  /**
   * Returns the points of both curves for charts, from nothing flagged to everything, thinned
   * evenly along the ROC curve. With nothing flagged, the precision is that of the first step.
   *
   * @param most the approximate maximum number of points, at least 2
   */
  public List<OperatingPoint> operatingPoints(int most) {
    int rightLabels = wrongMask.length - wrongLabels;
    List<OperatingPoint> points = new ArrayList<>();
    double gap = 2.0 / (most - 1); // both rates go from 0 to 1
    double reached = 0;
    int found = 0;
    for (int place = 0; place < wrongMask.length; place++) {
      found -= wrongMask[place];
      if (!ranks.endsTie[place]) {
        continue;
      }
      int flagged = place + 1;
      double recall = (double) found / wrongLabels;
      double falsePositiveRate = (double) (flagged - found) / rightLabels;
      double precision = (double) found / flagged;
      if (points.isEmpty()) {
        points.add(new OperatingPoint(0, 0, 0, precision));
      }
      if (recall + falsePositiveRate >= reached + gap || flagged == wrongMask.length) {
        points.add(new OperatingPoint(flagged, recall, falsePositiveRate, precision));
        reached = recall + falsePositiveRate;
      }
    }
    return points;
  }

  /** The number of images. */
  int images() {
    return wrongMask.length;
  }

  /** Returns the images whose labels are wrong (or right), ascending. */
  int[] imagesWhere(boolean wrong) {
    int[] images = new int[wrong ? wrongLabels : wrongMask.length - wrongLabels];
    int next = 0;
    for (int place = 0; place < wrongMask.length; place++) {
      if (wrongMask[place] != 0 == wrong) {
        images[next++] = ranks.order[place];
      }
    }
    Arrays.sort(images);
    return images;
  }
}
