package dev.softgate.scoring.labels;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Confident learning: how often each class is mistaken for which other, from predicted
 * probabilities.
 *
 * <p>A class j has the threshold tⱼ, the mean of pⱼ over the images given j. An image is
 * confidently of the most probable among the classes with pⱼ ≥ tⱼ, of none if there is none. The
 * confident joint C counts the images given i and confidently of j; the joint Q is C with each row
 * brought to the number of images given i, divided by N.
 *
 * <p>Source: Northcutt, Jiang and Chuang, <i>Confident learning: estimating uncertainty in dataset
 * labels</i>, JAIR 2021, eq. 1 to 3. The probabilities should be out of sample; of images that a
 * network has memorized, it confirms the wrong label. Differs: of classes that are as probable the
 * given one counts, so that a network without preference contradicts nobody; and classes with too
 * few images are left out.
 *
 * <p>Which images to flag is up to a {@link LabelFilter}, and whether the network knows enough for
 * that to {@link NetworkStrength}; {@link LabelIssues} puts them together.
 */
public final class ConfidentLearning {

  /** Probabilities that differ by less are equal: they are floats, and thresholds their means. */
  static final double EQUAL = 1e-6;

  /** What rounding to two digits or to half precision leaves of a sum of one. */
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
   * Fits thresholds and counts.
   *
   * @param given labels, N, at least one, in [0, K)
   * @param probabilities N×K, row by row, each row summing to one
   * @param classes K, at least 2
   * @param fewest images that a class must be given for its labels to be judged
   * @throws IllegalArgumentException if the sizes do not fit, a label is out of range, or a row is
   *     no distribution ({@link #firstBadRow})
   */
  public ConfidentLearning(int[] given, float[] probabilities, int classes, int fewest) {
    if (given.length == 0 || classes < 2 || probabilities.length != (long) given.length * classes) {
      throw new IllegalArgumentException(
          given.length + " labels, " + probabilities.length + " probabilities, K = " + classes);
    }
    int bad = firstBadRow(probabilities, classes);
    if (bad >= 0) {
      throw new IllegalArgumentException("row %d holds no probabilities".formatted(bad));
    }
    this.given = given;
    this.probabilities = probabilities;
    this.classes = classes;
    counts = new int[classes];
    for (int label : given) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException("label " + label + ", K = " + classes);
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
      thresholds[j] = judged[j] ? thresholds[j] / counts[j] : Double.NaN; // no p reaches it
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
   * The first row that is no distribution: a value is not from 0 to 1, or they do not sum to one.
   *
   * @param probabilities N×K, row by row
   * @return from 0; −1 if there is none
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

  /** Of the classes that reach {@code least} the most probable, of equals the given, or −1. */
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

  /** The class that an image is confidently of, −1 where there is none or it is not judged. */
  int confident(int image) {
    return confident[image];
  }

  /** Whether the given label is the most probable, or as probable as another. */
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

  /** Whether the labels of a class are judged: enough images are given it. K. */
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

  /** tⱼ, K; not a number for a class that is not judged. */
  public double[] thresholds() {
    return thresholds.clone();
  }

  /** C, given × confident, K×K, images. */
  public int[][] confidentJoint() {
    return Arrays.stream(confidentJoint).map(int[]::clone).toArray(int[][]::new);
  }

  /** How many images of each class are given it, K. */
  public int[] counts() {
    return counts.clone();
  }

  /** Q, given × true, K×K: the estimated share of the judged images; sums to 1 if there are any. */
  public double[][] joint() {
    int all = judgedImages().length;
    double[][] joint = new double[classes][classes];
    for (int i = 0; i < classes; i++) {
      double sum = Arrays.stream(confidentJoint[i]).sum();
      for (int j = 0; j < classes && judged[i]; j++) {
        // of images given i, the one with the greatest pᵢ reaches tᵢ: the sum is above 0
        joint[i][j] = confidentJoint[i][j] / sum * counts[i] / all;
      }
    }
    return joint;
  }

  /** The estimated share of wrong labels among the judged images; 0 where there are none. */
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
   * The estimated share of wrong labels among the images given each class, K; not a number where
   * the class is not judged.
   */
  public double[] noiseByGiven() {
    double[] noise = new double[classes];
    for (int i = 0; i < classes; i++) {
      double sum = Arrays.stream(confidentJoint[i]).sum();
      noise[i] = judged[i] ? 1 - confidentJoint[i][i] / sum : Double.NaN;
    }
    return noise;
  }

  /** The given label's probability: N scores in [0, 1], high = good label. */
  public double[] selfConfidence() {
    return IntStream.range(0, given.length).mapToDouble(i -> probability(i, given[i])).toArray();
  }

  /**
   * (1 + p of the given label − the greatest other p) / 2: N scores in [0, 1], high = good label.
   */
  public double[] normalizedMargin() {
    return IntStream.range(0, given.length)
        .mapToDouble(i -> (1 + probability(i, given[i]) - probability(i, mostProbableOther(i))) / 2)
        .toArray();
  }
}
