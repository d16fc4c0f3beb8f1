package dev.softgate.scoring.memorization;

import dev.softgate.scoring.CrossEntropy;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Estimates of how much networks memorize each image, from networks trained on random subsets:
 *
 * <pre>
 * memorization(i) = P[h(xᵢ) = yᵢ | i in the subset] − P[h(xᵢ) = yᵢ | i not in it]
 * </pre>
 *
 * <p>Source: Feldman and Zhang, <i>What Neural Networks Memorize and Why</i>, NeurIPS 2020,
 * equation 1 and the estimator of section 3. The label yᵢ is the given one, which may be wrong.
 *
 * <p>Networks are added one at a time; memory is of the order of images times classes, whatever
 * their number.
 */
public final class SubsetEstimates {

  private static final double MEMORIZED = 0.25;

  private final int[] given;
  private final int classes;
  private final Group in;
  private final Group out;

  /** Σ of the probabilities of each class, of the networks without the image, P×K. */
  private final double[] outProbabilities;

  private int networks;

  /** The networks with, or without, each image. */
  private static final class Group {
    final int[] count;
    final int[] correct;
    final double[] probability;
    final double[] square;

    Group(int images) {
      count = new int[images];
      correct = new int[images];
      probability = new double[images];
      square = new double[images];
    }

    void add(int image, boolean isCorrect, double p) {
      count[image]++;
      correct[image] += isCorrect ? 1 : 0;
      probability[image] += p;
      square[image] += p * p;
    }

    @Nullable Double accuracy() {
      long all = Arrays.stream(count).asLongStream().sum();
      return all == 0 ? null : (double) Arrays.stream(correct).asLongStream().sum() / all;
    }

    /** The share of networks that predict the label; NaN without networks. */
    double accuracy(int image) {
      return (double) correct[image] / count[image];
    }

    double mean(int image) {
      return count[image] == 0 ? Double.NaN : probability[image] / count[image];
    }

    /** The variance of the probability over networks, unbiased; NaN below two networks. */
    double variance(int image) {
      int n = count[image];
      double mean = probability[image] / n;
      return n < 2 ? Double.NaN : Math.max(0, (square[image] - n * mean * mean) / (n - 1));
    }

    /** The variance of {@link #accuracy}. */
    double errorSquared(int image) {
      return Proportion.variance(correct[image], count[image]);
    }
  }

  /**
   * Estimates without networks yet.
   *
   * @param given the label of each image, in [0, K); P
   * @param classes K
   */
  public SubsetEstimates(int[] given, int classes) {
    this.given = given.clone();
    this.classes = classes;
    this.in = new Group(given.length);
    this.out = new Group(given.length);
    this.outProbabilities = new double[Math.multiplyExact(given.length, classes)];
  }

  /**
   * Adds a network.
   *
   * @param subset the places of the images that it was trained on
   * @param logits its predictions, finite, P×K row by row
   */
  public void add(BitSet subset, float[] logits) {
    if (logits.length != outProbabilities.length) {
      throw new IllegalArgumentException(
          "%d logits of %d images in %d classes".formatted(logits.length, given.length, classes));
    }
    networks++;
    for (int image = 0; image < given.length; image++) {
      double[] p = CrossEntropy.softmax(logits, image * classes, classes);
      boolean trained = subset.get(image);
      boolean correct = Argmax.of(logits, image * classes, classes) == given[image];
      (trained ? in : out).add(image, correct, p[given[image]]);
      for (int k = 0; k < classes && !trained; k++) {
        outProbabilities[image * classes + k] += p[k];
      }
    }
  }

  /**
   * The accuracy on the images that a network was trained on, over networks and images; or null.
   */
  public @Nullable Double trainedAccuracy() {
    return in.accuracy();
  }

  /** The accuracy on the images that a network was not trained on; null without such. */
  public @Nullable Double heldOutAccuracy() {
    return out.accuracy();
  }

  /** How many of the images, N, have their label predicted; logits N×K row by row. */
  public static long correct(float[] logits, int[] labels, int classes) {
    return IntStream.range(0, labels.length)
        .filter(image -> Argmax.of(logits, image * classes, classes) == labels[image])
        .count();
  }

  /** The number of networks added. */
  public int networks() {
    return networks;
  }

  /** The number P of images. */
  public int images() {
    return given.length;
  }

  /** The number of networks trained on an image. */
  public int trained(int image) {
    return in.count[image];
  }

  /** The number of networks not trained on an image. */
  public int heldOut(int image) {
    return out.count[image];
  }

  /**
   * How much more often networks predict the given label after training on the image, in [−1, 1];
   * NaN if all networks or none were trained on it.
   */
  public double memorization(int image) {
    return in.accuracy(image) - out.accuracy(image);
  }

  /** Whether {@link #memorization} is at least 0.25, as Feldman and Zhang choose, section 3. */
  public boolean isMemorized(int image) {
    return memorization(image) >= MEMORIZED;
  }

  /**
   * The standard error of {@link #memorization}: √(p(1 − p)/n + q(1 − q)/m), where p and q are the
   * two shares as in {@link Proportion#variance}, so that it is above 0 also where all networks
   * agree. It covers the choice of subsets and seeds, for these images.
   */
  public double error(int image) {
    return Math.sqrt(in.errorSquared(image) + out.errorSquared(image));
  }

  /** The same as {@link #memorization} of the probability of the given label, in [−1, 1]. */
  public double probability(int image) {
    return in.mean(image) - out.mean(image);
  }

  /** The share of the networks trained on the image that predict its given label. */
  public double trainedAccuracy(int image) {
    return in.accuracy(image);
  }

  /** The share of the networks not trained on the image that predict its given label. */
  public double heldOutAccuracy(int image) {
    return out.accuracy(image);
  }

  /** The mean probability of the given label under the networks not trained on the image. */
  public double heldOutProbability(int image) {
    return out.mean(image);
  }

  /** The variance over networks not trained on the image of the given label's probability. */
  public double heldOutVariance(int image) {
    return out.variance(image);
  }

  /**
   * The mean of the probabilities under the networks not trained on the image, K; NaN without such.
   */
  public double[] heldOutProbabilities(int image) {
    double[] mean = new double[classes];
    for (int k = 0; k < classes; k++) {
      mean[k] =
          out.count[image] == 0
              ? Double.NaN
              : outProbabilities[image * classes + k] / out.count[image];
    }
    return mean;
  }
}
