package dev.softgate.scoring.labels;

import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.stream.DoubleStream;
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
 * <p>The probabilities are read twice and not kept, so they may be larger than the heap. What stays
 * is 24 bytes an image and the K×K counts.
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
  private final ProbabilityRows rows;
  private final int classes;
  private final int[] counts;
  private final boolean[] judged;
  private final double[] thresholds;
  private final int[] confident;
  private final int[][] confidentJoint;
  private final int[] others;
  private final int[] ties;
  private final float[] ofGiven;
  private final float[] ofOther;
  private final DoubleSummaryStatistics nearness = new DoubleSummaryStatistics();

  /**
   * Computes thresholds and counts from an array.
   *
   * @param given labels, N, at least one, in [0, K)
   * @param probabilities float32, N×K, row by row, each row summing to one
   * @param classes K, at least 2
   * @param fewest the least number of images that a class needs to be judged
   * @throws IllegalArgumentException if the sizes do not match, a label is out of range, or a row
   *     is not a distribution ({@link #firstBadRow})
   */
  public ConfidentLearning(int[] given, float[] probabilities, int classes, int fewest) {
    this(given, ProbabilityRows.of(probabilities, classes), fewest);
  }

  /**
   * Computes thresholds and counts.
   *
   * @param given labels, N, at least one, in [0, K)
   * @param rows the probabilities, each row summing to one; K is at least 2
   * @param fewest the least number of images that a class needs to be judged
   * @throws IllegalArgumentException if there are not N rows, a label is out of range, or a row is
   *     not a distribution ({@link #isDistribution})
   */
  public ConfidentLearning(int[] given, ProbabilityRows rows, int fewest) {
    this.given = given;
    this.rows = rows;
    classes = rows.classes();
    if (given.length == 0 || classes < 2) {
      throw new IllegalArgumentException(
          "sizes do not match: %d labels, K = %d".formatted(given.length, classes));
    }
    counts = new int[classes];
    for (int label : given) {
      if (label < 0 || label >= classes) {
        throw new IllegalArgumentException(
            "label %d is out of range for K = %d".formatted(label, classes));
      }
      counts[label]++;
    }
    judged = new boolean[classes];
    thresholds = thresholds(fewest);
    confident = new int[given.length];
    confidentJoint = new int[classes][classes];
    others = new int[given.length];
    ties = new int[given.length];
    ofGiven = new float[given.length];
    ofOther = new float[given.length];
    rows.readBlocks(Comparison::new, Comparison::count);
  }

  /** Finds the classes that are judged and tⱼ, in a first pass that also checks the rows. */
  private double[] thresholds(int fewest) {
    double[] sums = new double[classes];
    int[] read = new int[1];
    rows.read(
        (image, values, start) -> {
          if (!isDistribution(values, start, classes)) {
            throw new IllegalArgumentException(
                "row %d is not a probability distribution".formatted(image));
          }
          if (image < given.length) {
            sums[given[image]] += values[start + given[image]];
          }
          read[0] = image + 1;
        });
    if (read[0] != given.length) {
      throw new IllegalArgumentException(
          "sizes do not match: %d labels, %d rows".formatted(given.length, read[0]));
    }
    for (int j = 0; j < classes; j++) {
      judged[j] = counts[j] >= Math.max(fewest, 1);
      sums[j] = judged[j] ? sums[j] / counts[j] : Double.NaN; // no p reaches NaN
    }
    return sums;
  }

  /** Compares images' probabilities with each other and with the thresholds, in a second pass. */
  private final class Comparison implements ProbabilityRows.Visitor {
    private final IntStream.Builder images = IntStream.builder();
    private final DoubleStream.Builder nearnesses = DoubleStream.builder();

    @Override
    public void row(int image, float[] values, int start) {
      int own = given[image];
      int other = mostProbableOther(values, start, own);
      double p = values[start + own];
      others[image] = other;
      ofGiven[image] = values[start + own];
      ofOther[image] = values[start + other];
      confident[image] = judged[own] ? confident(values, start, own) : -1;
      if (confident[image] >= 0) {
        images.add(image);
      }
      if (agrees(image)) {
        for (int k = start; k < start + classes; k++) {
          ties[image] += values[k] >= p - EQUAL ? 1 : 0;
        }
      } else if (judged[own] && classes > 2) {
        nearnesses.add(nearness(p, values, start));
      }
    }

    /** Adds to what all images have in common. */
    void count() {
      images.build().forEachOrdered(image -> confidentJoint[given[image]][confident[image]]++);
      nearnesses.build().forEachOrdered(nearness);
    }
  }

  /** The most probable class that reaches its threshold, the given one if tied; −1 if none does. */
  private int confident(float[] values, int start, int own) {
    int best = values[start + own] >= thresholds[own] - EQUAL ? own : -1;
    for (int j = 0; j < classes; j++) {
      double p = values[start + j];
      if (p >= thresholds[j] - EQUAL
          && (best < 0 || p > values[start + best] + (best == own ? EQUAL : 0))) {
        best = j;
      }
    }
    return best;
  }

  private int mostProbableOther(float[] values, int start, int own) {
    int best = own == 0 ? 1 : 0;
    for (int j = best + 1; j < classes; j++) {
      if (j != own && values[start + j] > values[start + best]) {
        best = j;
      }
    }
    return best;
  }

  /** The rank of p among the K−1 other classes, from 0 to 1; equal ones count half. */
  private double nearness(double p, float[] values, int start) {
    double below = -0.5; // the given label itself counts half
    for (int k = start; k < start + classes; k++) {
      below += values[k] < p ? 1 : values[k] == p ? 0.5 : 0;
    }
    return below / (classes - 2);
  }

  /**
   * Finds the first row that is not a distribution.
   *
   * @param probabilities N×K, row by row
   * @return the row, from 0; −1 if there is none
   */
  public static int firstBadRow(float[] probabilities, int classes) {
    for (int start = 0; start < probabilities.length; start += classes) {
      if (!isDistribution(probabilities, start, classes)) {
        return start / classes;
      }
    }
    return -1;
  }

  /** Whether K values are in [0, 1] and sum to one, but for rounding. */
  public static boolean isDistribution(float[] values, int start, int classes) {
    double sum = 0;
    boolean inRange = true;
    for (int j = start; j < start + classes; j++) {
      inRange &= values[j] >= -EQUAL && values[j] <= 1 + EQUAL;
      sum += values[j];
    }
    return inRange && Math.abs(sum - 1) <= SUM_TOLERANCE;
  }

  /** The given label of an image. */
  public int given(int image) {
    return given[image];
  }

  int images() {
    return given.length;
  }

  int classes() {
    return classes;
  }

  /** The probabilities, to be read once more. */
  ProbabilityRows rows() {
    return rows;
  }

  /** The class that an image confidently belongs to; −1 if there is none or it is not judged. */
  int confident(int image) {
    return confident[image];
  }

  /** Whether the given label is the most probable class or ties with it. */
  boolean agrees(int image) {
    return ofGiven[image] >= ofOther[image] - EQUAL;
  }

  /**
   * The number of classes as probable as the given one, itself included; 0 if not {@link #agrees}.
   */
  int ties(int image) {
    return ties[image];
  }

  /** The most probable class other than the given one, the first if several tie. */
  public int mostProbableOther(int image) {
    return others[image];
  }

  /** The probability of {@link #mostProbableOther}. */
  double ofMostProbableOther(int image) {
    return ofOther[image];
  }

  /** The most probable class, the first if several tie. */
  int predicted(int image) {
    double lead = (double) ofOther[image] - ofGiven[image];
    return lead > 0 || (lead == 0 && others[image] < given[image]) ? others[image] : given[image];
  }

  /** The probability of {@link #predicted}. */
  float ofPredicted(int image) {
    return Math.max(ofGiven[image], ofOther[image]);
  }

  /**
   * How highly the given labels that are not predicted rank, on average over the judged images; 0.5
   * if there are none or K = 2.
   */
  double nearness() {
    return nearness.getCount() == 0 ? 0.5 : nearness.getAverage();
  }

  /** Whether each class has enough images to be judged, K. */
  public boolean[] judged() {
    return judged.clone();
  }

  /** Whether an image's class has enough images to be judged. */
  public boolean isJudged(int image) {
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
    double[][] joint = new double[classes][classes];
    int all = IntStream.range(0, classes).filter(j -> judged[j]).map(j -> counts[j]).sum();
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
    return IntStream.range(0, given.length).mapToDouble(this::selfConfidence).toArray();
  }

  /** The given label's probability of one image. */
  public double selfConfidence(int image) {
    return ofGiven[image];
  }

  /**
   * (1 + p of the given label − the greatest other p) / 2: N scores in [0, 1]; a high score means a
   * good label.
   */
  public double[] normalizedMargin() {
    return IntStream.range(0, given.length).mapToDouble(this::normalizedMargin).toArray();
  }

  /** The normalized margin of one image. */
  public double normalizedMargin(int image) {
    return (1 + (double) ofGiven[image] - ofOther[image]) / 2;
  }
}
