package dev.softgate.scoring.memorization;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Tells from a network's predictions whether it was trained on an image, by comparison with
 * networks that were and networks that were not: the likelihood-ratio attack.
 *
 * <pre>
 * φ = log(p / (1 − p)), where p is the probability of the image's given label
 * score = log N(φ; mean and variance of φ with the image) − log N(φ; those without it)
 * </pre>
 *
 * <p>Source: Carlini et al., <i>Membership Inference Attacks From First Principles</i>, IEEE
 * S&amp;P 2022, algorithm 1 without augmented queries. As there, the variances are those of single
 * images from {@value #OWN_VARIANCE} networks on each side on, else of all images together.
 */
public final class MembershipInference {

  /** An image with this many networks on both sides has variances of its own. */
  static final int OWN_VARIANCE = 32;

  private static final int RESAMPLES = 1000;
  private static final double CONFIDENCE = 0.95;

  /** A variance is at least this, so that agreeing networks do not divide by zero. */
  private static final double LEAST_VARIANCE = 1e-6;

  private final int[] given;
  private final int classes;
  private final Moments in;
  private final Moments out;

  /** Count, sum and sum of squares of φ for each image. */
  private static final class Moments {
    final int[] count;
    final double[] sum;
    final double[] square;

    Moments(int images) {
      count = new int[images];
      sum = new double[images];
      square = new double[images];
    }

    void add(int image, double value) {
      count[image]++;
      sum[image] += value;
      square[image] += value * value;
    }

    double mean(int image) {
      return sum[image] / count[image];
    }

    /** Σ (φ − mean)². */
    double deviation(int image) {
      return count[image] == 0
          ? 0
          : Math.max(0, square[image] - sum[image] * sum[image] / count[image]);
    }

    /** The variance over networks, of all images together; NaN with one network for each. */
    double pooled() {
      double deviations = 0;
      long freedom = 0;
      for (int image = 0; image < count.length; image++) {
        deviations += deviation(image);
        freedom += Math.max(0, count[image] - 1);
      }
      return freedom == 0 ? Double.NaN : deviations / freedom;
    }
  }

  /**
   * How many members are recognized.
   *
   * @param rate the true-positive rate: the share of members above the threshold
   * @param low the lower end of its 95 % bootstrap interval, over members and non-members
   * @param high the upper end
   */
  public record Rate(double rate, double low, double high) {}

  /**
   * Networks to compare with, none yet.
   *
   * @param given the labels of the images, P
   * @param classes K
   */
  public MembershipInference(int[] given, int classes) {
    this.given = given.clone();
    this.classes = classes;
    this.in = new Moments(given.length);
    this.out = new Moments(given.length);
  }

  /**
   * Adds a network.
   *
   * @param subset the places of the images that it was trained on
   * @param logits P×K row by row
   */
  public void add(BitSet subset, float[] logits) {
    for (int image = 0; image < given.length; image++) {
      (subset.get(image) ? in : out).add(image, confidence(logits, image));
    }
  }

  /** φ: the label's logit minus log Σ exp of the other logits. */
  private double confidence(float[] logits, int image) {
    int from = image * classes;
    double most = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      most = k == given[image] ? most : Math.max(most, logits[from + k]);
    }
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += k == given[image] ? 0 : Math.exp(logits[from + k] - most);
    }
    return logits[from + given[image]] - most - Math.log(sum);
  }

  /**
   * The score of each image: the greater, the more probably the network was trained on it. NaN
   * where no networks with it, or without it, are there to compare with, or too few for a variance.
   *
   * @param logits the predictions of the network in question, P×K row by row
   */
  public double[] scores(float[] logits) {
    double pooledIn = in.pooled();
    double pooledOut = out.pooled();
    double[] scores = new double[given.length];
    for (int image = 0; image < scores.length; image++) {
      double value = confidence(logits, image);
      scores[image] =
          in.count[image] == 0 || out.count[image] == 0
              ? Double.NaN
              : logDensity(value, in, image, pooledIn) - logDensity(value, out, image, pooledOut);
    }
    return scores;
  }

  private static double logDensity(double value, Moments of, int image, double pooled) {
    int count = of.count[image];
    double variance =
        Math.max(
            LEAST_VARIANCE, count >= OWN_VARIANCE ? of.deviation(image) / (count - 1) : pooled);
    double distance = value - of.mean(image);
    return Double.isNaN(pooled)
        ? Double.NaN
        : -0.5 * (Math.log(variance) + distance * distance / variance);
  }

  /**
   * The true-positive rate at a false-positive rate.
   *
   * @param members the scores of images that the network was trained on, finite
   * @param others those of images that it was not trained on, finite
   * @param falsePositives the rate, such as 0.01
   * @return null with fewer than 10 / falsePositives of {@code others}, which are too few to tell
   */
  public static @Nullable Rate truePositives(
      double[] members, double[] others, double falsePositives, long seed) {
    if (members.length == 0 || others.length * falsePositives < 10) {
      return null;
    }
    double rate = rate(members.clone(), others.clone(), falsePositives);
    Random random = new Random(seed);
    double[] resampled = new double[RESAMPLES];
    for (int i = 0; i < RESAMPLES; i++) {
      resampled[i] = rate(resample(members, random), resample(others, random), falsePositives);
    }
    Arrays.sort(resampled);
    int below = (int) Math.round((1 - CONFIDENCE) / 2 * (RESAMPLES - 1));
    return new Rate(rate, resampled[below], resampled[RESAMPLES - 1 - below]);
  }

  private static double[] resample(double[] values, Random random) {
    double[] drawn = new double[values.length];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = values[random.nextInt(values.length)];
    }
    return drawn;
  }

  /** The share of members above the greatest score that keeps the rate; sorts {@code others}. */
  private static double rate(double[] members, double[] others, double falsePositives) {
    Arrays.sort(others);
    int allowed = (int) Math.floor(falsePositives * others.length);
    double threshold = others[others.length - 1 - allowed]; // at most `allowed` are above it
    return (double) Arrays.stream(members).filter(score -> score > threshold).count()
        / members.length;
  }
}
