package dev.softgate.scoring.statistics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A label score held to a known truth: the images from the most suspicious (lowest score) on, and
 * which of their labels are wrong.
 *
 * <p>Wrong labels are the positives of every measure. Equal scores are one step: no measure depends
 * on the order of the images, nor on anything about the scores but their order.
 *
 * <p>Source: Fawcett, <i>An introduction to ROC analysis</i>, 2006, §7; Davis and Goadrich, <i>The
 * relationship between precision-recall and ROC curves</i>, ICML 2006.
 */
public final class Ranking {

  private final Ranks ranks;
  private final int[] cutoffs;

  /** Of each place, all bits set if the label is wrong, none if it is right. */
  private final int[] wrongMask;

  private final int wrongLabels;

  /**
   * Sorts the images.
   *
   * @param scores N, high = good label
   * @param wrong N, whether the label is wrong; at least one is and at least one is not
   * @param cutoffs numbers k of images to flag, ascending, in [1, N]
   * @throws IllegalArgumentException if the arrays differ in length, a score is not a number, there
   *     are no wrong or no right labels, or the cutoffs are not as said
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
      throw new IllegalArgumentException("no wrong or no right labels: nothing to tell apart");
    }
    int least = 1;
    for (int k : cutoffs) {
      if (k < least || k > wrong.length) {
        throw new IllegalArgumentException("cutoffs " + Arrays.toString(cutoffs));
      }
      least = k;
    }
  }

  /** All measures, on the images as they are. */
  public RankingMetrics metrics() {
    int[] once = new int[wrongMask.length];
    Arrays.fill(once, 1);
    return metrics(once);
  }

  /**
   * The same within a resample.
   *
   * @param counts N, how often each image occurs; as many wrong and right labels as there are
   */
  RankingMetrics metrics(int[] counts) {
    int rightLabels = wrongMask.length - wrongLabels;
    long pairs = 0; // twice the pairs of a wrong label below a right one, ties counting half
    double averagePrecision = 0;
    long best = 0; // of F1 = 2·found/(flagged + wrongLabels), numerator and denominator
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
      // no test for steps of none: a third of a resample's, and a test that guesses wrong is slow
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
   * The curves for charts, from nothing flagged to everything, thinned out evenly along the ROC
   * curve. With nothing flagged, precision is given as at the first step.
   *
   * @param most about how many points there may be, at least 2
   */
  public List<OperatingPoint> operatingPoints(int most) {
    int rightLabels = wrongMask.length - wrongLabels;
    List<OperatingPoint> points = new ArrayList<>();
    double gap = 2.0 / (most - 1); // the curve goes from 0 to 1 in both rates
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

  /** How many images. */
  int images() {
    return wrongMask.length;
  }

  /** The images whose labels are wrong (or right), ascending. */
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
