package dev.softgate.scoring.labels;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;

/**
 * Scores from how training went for each image: N values in [0, 1], high = good label, each a
 * monotone function of the quantity in the literature that it is named after.
 *
 * <p>Every argument is epochs × N, at least one epoch, one value of each image in each row. All
 * methods throw {@link IllegalArgumentException} where rows differ in length or there are none.
 */
public final class LabelScores {

  private LabelScores() {}

  /**
   * How easy the image is at the end: 1 − g of the last epoch. The gate does not look at the label.
   *
   * @param g in [0, 1]; of a gate without sigmoid, its entropy divided by ln K
   * @throws IllegalArgumentException also if a g lies outside
   */
  public static double[] gateLast(float[][] g) {
    return gateMean(Arrays.copyOfRange(g, Math.max(g.length - 1, 0), g.length));
  }

  /** How easy the image is throughout: 1 − the mean of g over epochs. See {@link #gateLast}. */
  public static double[] gateMean(float[][] g) {
    return gateScore(g, even(g.length));
  }

  /**
   * 1 − the area under g over the course of training, by the trapezoidal rule and with the course
   * as 1: the mean but for the first and the last epoch, which count half. See {@link #gateLast}.
   */
  public static double[] gateArea(float[][] g) {
    if (g.length < 2) {
      return gateMean(g); // no course to speak of
    }
    double[] trapezoids = new double[g.length];
    Arrays.fill(trapezoids, 1.0 / (g.length - 1));
    trapezoids[0] /= 2;
    trapezoids[g.length - 1] /= 2;
    return gateScore(g, trapezoids);
  }

  private static double[] gateScore(float[][] g, double[] weights) {
    for (float[] epoch : g) {
      for (float value : epoch) {
        if (!(value >= 0 && value <= 1)) {
          throw new IllegalArgumentException("g = " + value + " is not in [0, 1]");
        }
      }
    }
    return map(weightedSum(g, weights), hardness -> 1 - hardness);
  }

  /**
   * exp(−mean loss over epochs): the geometric mean of the given label's probability. Of the
   * network's loss or of the gate classifier's.
   *
   * <p>Source: Ravikumar et al., <i>Towards memorization estimation: fast, formal and free</i>,
   * ICML 2025, cumulative sample loss: the sum of an image's loss over training. Differs: the mean,
   * which ranks alike and does not grow with the epochs.
   *
   * @param lossNats cross-entropy on the given label, at least 0
   */
  public static double[] meanLoss(float[][] lossNats) {
    return map(mean(lossNats), loss -> Math.exp(-loss));
  }

  /**
   * sigmoid(AUM), where AUM is the mean over epochs of the margin: what the given label's
   * probability against its strongest rival would be at the mean margin. Margins beyond 36 are all
   * 1 in double precision.
   *
   * <p>Source: Pleiss et al., <i>Identifying mislabeled data using the area under the margin
   * ranking</i>, NeurIPS 2020, eq. 1 and 2. Differs: without the threshold from samples of an extra
   * class, as the score only ranks. They stop before the first drop of the learning rate; pass the
   * rows up to there for the same.
   *
   * @param margin the given label's logit minus the greatest other
   */
  public static double[] aum(float[][] margin) {
    return map(mean(margin), area -> 1 / (1 + Math.exp(-area)));
  }

  /**
   * 1 − events / most, where an event is an epoch at which an image that was classified as given at
   * the epoch before no longer is, and an image that never was counts one more than E epochs allow:
   * most = ⌊E/2⌋ + 1.
   *
   * <p>Source: Toneva et al., <i>An empirical study of example forgetting during deep neural
   * network learning</i>, ICLR 2019, algorithm 1, where never learned counts as infinitely often
   * forgotten.
   *
   * @param correct whether the image was classified as its given label
   */
  public static double[] forgetting(boolean[][] correct) {
    int images = images(correct.length, epoch -> correct[epoch].length);
    double most = correct.length / 2 + 1;
    double[] scores = new double[images];
    for (int i = 0; i < images; i++) {
      int events = 0;
      boolean learned = correct[0][i];
      for (int epoch = 1; epoch < correct.length; epoch++) {
        events += correct[epoch - 1][i] && !correct[epoch][i] ? 1 : 0;
        learned |= correct[epoch][i];
      }
      scores[i] = learned ? 1 - events / most : 0;
    }
    return scores;
  }

  /**
   * 1 − EL2N / √2, where EL2N is the mean over epochs of the error's norm, which is at most √2.
   *
   * <p>Source: Paul, Ganguli and Dziugaite, <i>Deep learning on a data diet</i>, NeurIPS 2021,
   * definition 2.2. Differs: they average ten trainings at one early epoch, this some early epochs
   * of one training.
   *
   * @param errorNorm ‖p − y‖₂ of the probabilities p and the given label's one-hot vector y, of the
   *     early epochs
   */
  public static double[] el2n(float[][] errorNorm) {
    // never below 0, which a norm rounded up would be
    return map(mean(errorNorm), norm -> Math.max(0, 1 - norm / Math.sqrt(2)));
  }

  /**
   * Mean over epochs of the given label's probability p = exp(−loss).
   *
   * <p>Source: Swayamdipta et al., <i>Dataset cartography</i>, EMNLP 2020, §2.1, confidence.
   *
   * @param lossNats the network's cross-entropy on the given label
   */
  public static double[] cartographyConfidence(float[][] lossNats) {
    return moments(lossNats)[0];
  }

  /**
   * 2σ, with σ the standard deviation over epochs (of the population, at most ½) of the given
   * label's probability. Wrong labels are found where confidence and variability are low: a label
   * that training rejects throughout has a low score. So has one that it takes at once, and a wrong
   * one that is learned by heart in the end has a high one, so that alone it says little.
   *
   * <p>Source: the same, variability, and its region of the hard to learn.
   *
   * @param lossNats the network's cross-entropy on the given label
   */
  public static double[] cartographyVariability(float[][] lossNats) {
    return map(moments(lossNats)[1], deviation -> Math.min(1, 2 * deviation));
  }

  /** Mean and standard deviation over epochs of exp(−loss), 2 × N. */
  private static double[][] moments(float[][] lossNats) {
    int images = images(lossNats.length, epoch -> lossNats[epoch].length);
    double[] means = new double[images];
    double[] squares = new double[images]; // of deviations from the mean
    for (int epoch = 0; epoch < lossNats.length; epoch++) {
      for (int i = 0; i < images; i++) {
        double deviation = Math.exp(-lossNats[epoch][i]) - means[i];
        means[i] += deviation / (epoch + 1);
        squares[i] += deviation * deviation * epoch / (epoch + 1);
      }
    }
    return new double[][] {means, map(squares, sum -> Math.sqrt(sum / lossNats.length))};
  }

  private static double[] mean(float[][] values) {
    return weightedSum(values, even(values.length));
  }

  private static double[] even(int epochs) {
    double[] weights = new double[epochs];
    Arrays.fill(weights, 1.0 / epochs);
    return weights;
  }

  private static double[] weightedSum(float[][] values, double[] weights) {
    double[] sums = new double[images(values.length, epoch -> values[epoch].length)];
    for (int epoch = 0; epoch < values.length; epoch++) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += weights[epoch] * values[epoch][i];
      }
    }
    return sums;
  }

  private static int images(int epochs, IntUnaryOperator length) {
    int images = epochs == 0 ? 0 : length.applyAsInt(0);
    for (int epoch = 0; epoch < epochs; epoch++) {
      if (length.applyAsInt(epoch) != images) {
        throw new IllegalArgumentException("epochs of different images");
      }
    }
    if (images == 0) {
      throw new IllegalArgumentException("no epoch or no image");
    }
    return images;
  }

  private static double[] map(double[] values, DoubleUnaryOperator function) {
    return Arrays.stream(values).map(function).toArray();
  }
}
