package dev.softgate.scoring.labels;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Confident learning: estimates from predicted probabilities how often one class is labeled as
 * another.
 *
 * <p>The threshold tⱼ of class j is the mean of pⱼ over the images labeled j. An image confidently
 * belongs to the most probable class among those with pⱼ ≥ tⱼ, or to none. The confident joint C
 * counts the images labeled i that confidently belong to j. The joint Q is C with each row scaled
 * to the number of images labeled i, divided by N.
 *
 * <p>Source: Northcutt, Jiang and Chuang, <i>Confident learning: estimating uncertainty in dataset
 * labels</i>, JAIR 2021, eq. 1 to 3. The probabilities should be out of sample: on images that a
 * network has memorized, it confirms the wrong label. Differs: among equally probable classes the
 * given one wins, so a network without preference contradicts no label; and classes with too few
 * images are left out.
 *
 * <p>A {@link LabelFilter} decides which images to flag, {@link NetworkStrength} whether the
 * network is good enough for that; {@link LabelIssues} combines them.
 */
public final class ConfidentLearning {

  /**
   * Probabilities that differ by less count as equal: they are floats, and thresholds are their
   * means.
   */
  static final double EQUAL = 1e-6;

  /** The deviation of a row's sum from one due to rounding to two digits or to half precision. */
  private static final double SUM_TOLERANCE = 0.02;

  private final int[] given;
  private final float[] probabilities;
  private final int classes;
  private final int[] counts;
  private final boolean[] judged;
  private final double[] thresholds;
  private final int[] confident;
  private final int[][] confidentJoint;

  /**
   * Computes thresholds and counts.
   *
   * @param given labels, N, at least one, in [0, K)
   * @param probabilities N×K, row by row, each row summing to one
   * @param classes K, at least 2
   * @param fewest the least number of images that a class needs to be judged
   * @throws IllegalArgumentException if the sizes do not match, a label is out of range, or a row
   *     is not a distribution ({@link #firstBadRow})
   */
  public ConfidentLearning(int[] given, float[] probabilities, int classes, int fewest) {
    if (given.length == 0 || classes < 2 || probabilities.length != (long) given.length * classes) {
      throw new IllegalArgumentException(
          "sizes do not match: %d labels, %d probabilities, K = %d"
              .formatted(given.length, probabilities.length, classes));
    }
    int bad = firstBadRow(probabilities, classes);
    if (bad >= 0) {
      throw new IllegalArgumentException("row %d is not a probability distribution".formatted(bad));
    }
    this.given = given;
    this.probabilities = probabilities;
    this.classes = classes;
    counts = new int[classes];
    for (int label : given) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "label %d is out of range for K = %d".formatted(label, classes));
      }
      counts[label]++;
    }
    judged = new boolean[classes];
    thresholds = new double[classes];
    for (int i = 0; i < given.length; i++) {
      thresholds[given[i]] += probability(i, given[i]);
    }
    for (int j = 0; j < classes; j++) {
      judged[j] = counts[j] >= Math.max(fewest, 1);
      thresholds[j] = judged[j] ? thresholds[j] / counts[j] : Double.NaN; // no p reaches NaN
    }
    confident = new int[given.length];
    confidentJoint = new int[classes][classes];
    for (int i = 0; i < given.length; i++) {
      confident[i] = judged[given[i]] ? mostProbable(i, thresholds) : -1;
      if (confident[i] >= 0) {
        confidentJoint[given[i]][confident[i]]++;
      }
    }
  }

  /**
   * Finds the first row that is not a distribution: a value is outside [0, 1], or the sum is not
   * one.
   *
   * @param probabilities N×K, row by row
   * @return the row, from 0; −1 if there is none
   */
  public static int firstBadRow(float[] probabilities, int classes) {
    for (int start = 0; start < probabilities.length; start += classes) {
      double sum = 0;
      boolean inRange = true;
      for (int j = start; j < start + classes; j++) {
        inRange &= probabilities[j] >= -EQUAL && probabilities[j] <= 1 + EQUAL;
        sum += probabilities[j];
      }
      if (!inRange || !(Math.abs(sum - 1) <= SUM_TOLERANCE)) {
        return start / classes;
      }
    }
    return -1;
  }

  /** The most probable class that reaches its threshold, the given one if tied; −1 if none does. */
  private int mostProbable(int image, double[] least) {
    int own = given[image];
    int best = probability(image, own) >= least[own] - EQUAL ? own : -1;
    for (int j = 0; j < classes; j++) {
      double p = probability(image, j);
      if (p >= least[j] - EQUAL
          && (best < 0 || p > probability(image, best) + (best == own ? EQUAL : 0))) {
        best = j;
      }
    }
    return best;
  }

  double probability(int image, int label) {
    return probabilities[image * classes + label];
  }

  int given(int image) {
    return given[image];
  }

  int images() {
    return given.length;
  }

  int classes() {
    return classes;
  }

  /** The class that an image confidently belongs to; −1 if there is none or it is not judged. */
  int confident(int image) {
    return confident[image];
  }

  /** Whether the given label is the most probable class or ties with it. */
  boolean agrees(int image) {
    return probability(image, given[image]) >= probability(image, mostProbableOther(image)) - EQUAL;
  }

  int mostProbableOther(int image) {
    int best = given[image] == 0 ? 1 : 0;
    for (int j = best + 1; j < classes; j++) {
      if (j != given[image] && probability(image, j) > probability(image, best)) {
        best = j;
      }
    }
    return best;
  }

  /** Whether each class has enough images to be judged, K. */
  public boolean[] judged() {
    return judged.clone();
  }

  boolean isJudged(int image) {
    return judged[given[image]];
  }

  /** The images whose labels are judged, ascending. */
  int[] judgedImages() {
    return IntStream.range(0, given.length).filter(this::isJudged).toArray();
  }

  /** tⱼ, K; NaN for a class that is not judged. */
  public double[] thresholds() {
    return thresholds.clone();
  }

  /** C in images, given × confident, K×K. */
  public int[][] confidentJoint() {
    return Arrays.stream(confidentJoint).map(int[]::clone).toArray(int[][]::new);
  }

  /** The number of images labeled with each class, K. */
  public int[] counts() {
    return counts.clone();
  }

  /** Q, given × true, K×K: estimated shares of the judged images. It sums to 1 if there are any. */
  public double[][] joint() {
    int all = judgedImages().length;
    double[][] joint = new double[classes][classes];
    for (int i = 0; i < classes; i++) {
      double sum = Arrays.stream(confidentJoint[i]).sum();
      for (int j = 0; j < classes && judged[i]; j++) {
        // the image labeled i with the greatest pᵢ reaches tᵢ, so the sum is positive
        joint[i][j] = confidentJoint[i][j] / sum * counts[i] / all;
      }
    }
    return joint;
  }

  /** The estimated share of wrong labels among the judged images; 0 if there are none. */
  public double noiseRate() {
    double wrong = 0;
    double[][] joint = joint();
    for (int i = 0; i < classes; i++) {
      for (int j = 0; j < classes; j++) {
        wrong += i == j ? 0 : joint[i][j];
      }
    }
    return wrong;
  }

  /**
   * The estimated share of wrong labels among the images labeled with each class, K; NaN if the
   * class is not judged.
   */
  public double[] noiseByGiven() {
    double[] noise = new double[classes];
    for (int i = 0; i < classes; i++) {
      double sum = Arrays.stream(confidentJoint[i]).sum();
      noise[i] = judged[i] ? 1 - confidentJoint[i][i] / sum : Double.NaN;
    }
    return noise;
  }

  /** The given label's probability: N scores in [0, 1]; a high score means a good label. */
  public double[] selfConfidence() {
    return IntStream.range(0, given.length).mapToDouble(i -> probability(i, given[i])).toArray();
  }

  /**
   * (1 + p of the given label − the greatest other p) / 2: N scores in [0, 1]; a high score means a
   * good label.
   */
  public double[] normalizedMargin() {
    return IntStream.range(0, given.length)
        .mapToDouble(i -> (1 + probability(i, given[i]) - probability(i, mostProbableOther(i))) / 2)
        .toArray();
  }
}
