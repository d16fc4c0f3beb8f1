package dev.softgate.scoring.labels;

import java.util.Arrays;

/**
 * Confident learning: which labels are wrong, and how often each class is mistaken for which other,
 * from predicted probabilities.
 *
 * <p>A class j has the threshold tⱼ, the mean of pⱼ over the images given j. An image is
 * confidently of the most probable among the classes with pⱼ ≥ tⱼ, of none if there is none. The
 * confident joint C counts the images given i and confidently of j; the joint Q is C with each row
 * brought to the number of images given i, divided by N.
 *
 * <p>Source: Northcutt, Jiang and Chuang, <i>Confident learning: estimating uncertainty in dataset
 * labels</i>, JAIR 2021, eq. 1 to 3. The probabilities should be out of sample; of images that a
 * network has memorized, it confirms the wrong label.
 */
public final class ConfidentLearning {

  private final int[] given;
  private final float[] probabilities;
  private final int classes;
  private final double[] thresholds;
  private final int[] suggested;
  private final boolean[] flagged;
  private final int[][] confidentJoint;

  /**
   * Fits thresholds and counts.
   *
   * @param given labels, N, at least one, in [0, K)
   * @param probabilities N×K, row by row
   * @param classes K, at least 2
   * @throws IllegalArgumentException if the sizes do not fit or a label is out of range
   */
  public ConfidentLearning(int[] given, float[] probabilities, int classes) {
    if (given.length == 0 || classes < 2 || probabilities.length != (long) given.length * classes) {
      throw new IllegalArgumentException(
          given.length + " labels, " + probabilities.length + " probabilities, K = " + classes);
    }
    for (int label : given) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException("label " + label + ", K = " + classes);
      }
    }
    this.given = given;
    this.probabilities = probabilities;
    this.classes = classes;
    thresholds = new double[classes];
    int[] counts = counts();
    for (int i = 0; i < given.length; i++) {
      thresholds[given[i]] += probability(i, given[i]);
    }
    for (int j = 0; j < classes; j++) {
      thresholds[j] /= counts[j]; // 0/0 of a class that no image is given: no p reaches it
    }
    suggested = new int[given.length];
    flagged = new boolean[given.length];
    confidentJoint = new int[classes][classes];
    double[] none = new double[classes];
    for (int i = 0; i < given.length; i++) {
      int confident = mostProbable(i, thresholds);
      suggested[i] = confident >= 0 ? confident : mostProbable(i, none);
      flagged[i] = confident >= 0 && confident != given[i];
      if (confident >= 0) {
        confidentJoint[given[i]][confident]++;
      }
    }
  }

  private double probability(int image, int label) {
    return probabilities[image * classes + label];
  }

  /** The most probable class that reaches its threshold, of equals the first, or −1. */
  private int mostProbable(int image, double[] least) {
    int best = -1;
    for (int j = 0; j < classes; j++) {
      double p = probability(image, j);
      if (p >= least[j] && (best < 0 || p > probability(image, best))) {
        best = j;
      }
    }
    return best;
  }

  private int[] counts() {
    int[] counts = new int[classes];
    for (int label : given) {
      counts[label]++;
    }
    return counts;
  }

  /** tⱼ, K; not a number for a class that no image is given. */
  public double[] thresholds() {
    return thresholds.clone();
  }

  /**
   * The class that each image should have: the confident one, or the most probable where none is.
   * N.
   */
  public int[] suggested() {
    return suggested.clone();
  }

  /** Whether each image is confidently of another class than the given one. N. */
  public boolean[] flagged() {
    return flagged.clone();
  }

  /** C, given × confident, K×K, images. */
  public int[][] confidentJoint() {
    return Arrays.stream(confidentJoint).map(int[]::clone).toArray(int[][]::new);
  }

  /** All images, given × {@link #suggested}, K×K. */
  public int[][] confusion() {
    int[][] confusion = new int[classes][classes];
    for (int i = 0; i < given.length; i++) {
      confusion[given[i]][suggested[i]]++;
    }
    return confusion;
  }

  /** Q, given × true, K×K: the estimated share of all images; sums to 1. */
  public double[][] joint() {
    int[] counts = counts();
    double[][] joint = new double[classes][classes];
    for (int i = 0; i < classes; i++) {
      double confident = 0;
      for (int count : confidentJoint[i]) {
        confident += count;
      }
      for (int j = 0; j < classes && counts[i] > 0; j++) {
        // of images given i, the one with the greatest pᵢ reaches tᵢ: confident > 0
        joint[i][j] = confidentJoint[i][j] / confident * counts[i] / given.length;
      }
    }
    return joint;
  }

  /** The estimated share of wrong labels among all. */
  public double noiseRate() {
    double right = 0;
    double[][] joint = joint();
    for (int i = 0; i < classes; i++) {
      right += joint[i][i];
    }
    return Math.max(0, 1 - right);
  }

  /**
   * The estimated share of wrong labels among the images given each class, K; not a number where
   * there are none.
   */
  public double[] noiseByGiven() {
    int[] counts = counts();
    double[][] joint = joint();
    double[] noise = new double[classes];
    for (int i = 0; i < classes; i++) {
      noise[i] = Math.max(0, 1 - joint[i][i] * given.length / counts[i]);
    }
    return noise;
  }

  /** The given label's probability: N scores in [0, 1], high = good label. */
  public double[] selfConfidence() {
    double[] scores = new double[given.length];
    for (int i = 0; i < given.length; i++) {
      scores[i] = probability(i, given[i]);
    }
    return scores;
  }

  /**
   * (1 + p of the given label − the greatest other p) / 2: N scores in [0, 1], high = good label.
   */
  public double[] normalizedMargin() {
    double[] scores = new double[given.length];
    for (int i = 0; i < given.length; i++) {
      double other = 0;
      for (int j = 0; j < classes; j++) {
        other = j == given[i] ? other : Math.max(other, probability(i, j));
      }
      scores[i] = (1 + probability(i, given[i]) - other) / 2;
    }
    return scores;
  }
}
