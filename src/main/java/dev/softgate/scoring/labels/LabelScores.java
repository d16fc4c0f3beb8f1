package dev.softgate.scoring.labels;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntUnaryOperator;

/**
 * Scores from the training dynamics of each image: N values in [0, 1]; a high score means a good
 * label. Each is a monotone function of the quantity in the literature that it is named after.
 *
 * <p>Every argument is epochs × N with at least one epoch: one row per epoch, one value per image.
 * All methods throw {@link IllegalArgumentException} if rows differ in length or are empty.
 */
public final class LabelScores {

  private LabelScores() {}

  /**
   * How easy the image is at the end: 1 − g in the last epoch. The gate does not see the label.
   *
   * @param g in [0, 1]; for a gate without sigmoid, its entropy divided by ln K
   * @throws IllegalArgumentException if a value is outside [0, 1]
   */
  public static double[] gateLast(float[][] g) {
    return gateMean(Arrays.copyOfRange(g, Math.max(g.length - 1, 0), g.length));
  }

  /**
   * How easy the image is throughout training: 1 − the mean of g over the epochs. See {@link
   * #gateLast}.
   */
  public static double[] gateMean(float[][] g) {
    return gateScore(g, even(g.length));
  }

  /**
   * 1 − the area under g over the course of training, with the trapezoidal rule and the course
   * scaled to 1: the first and last epochs count half. See {@link #gateLast}.
   */
  public static double[] gateArea(float[][] g) {
    if (g.length < 2) {
      return gateMean(g); // a single epoch has no area
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
   * exp(−mean loss over epochs), the geometric mean of the given label's probability, for the loss
   * of the network or of the gate classifier.
   *
   * <p>Source: Ravikumar et al., <i>Towards memorization estimation: fast, formal and free</i>,
   * ICML 2025, cumulative sample loss: the sum of an image's loss over training. Differs: the mean,
   * which gives the same ranking and does not grow with the epochs.
   *
   * @param lossNats cross-entropy for the given label, at least 0
   */
  public static double[] meanLoss(float[][] lossNats) {
    return map(mean(lossNats), loss -> Math.exp(-loss));
  }

  /**
   * sigmoid(AUM), where AUM is the mean margin over the epochs. This is the given label's
   * probability against its strongest rival at the mean margin. Margins beyond 36 all give 1 in
   * double precision.
   *
   * <p>Source: Pleiss et al., <i>Identifying mislabeled data using the area under the margin
   * ranking</i>, NeurIPS 2020, eq. 1 and 2. Differs: there is no threshold from samples of an extra
   * class, because the score only ranks. The paper stops before the first drop of the learning
   * rate; pass the rows up to there for the same result.
   *
   * @param margin the given label's logit minus the greatest other logit
   */
  public static double[] aum(float[][] margin) {
    return map(mean(margin), area -> 1 / (1 + Math.exp(-area)));
  }

  /**
   * 1 − events / most, where most = ⌊E/2⌋ + 1 for E epochs. An event is an epoch in which an image
   * is misclassified that was classified as labeled in the previous epoch. An image that was never
   * classified as labeled counts one event more than E epochs allow.
   *
   * <p>Source: Toneva et al., <i>An empirical study of example forgetting during deep neural
   * network learning</i>, ICLR 2019, algorithm 1, where an unlearned image counts as forgotten
   * infinitely often.
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
   * 1 − EL2N / √2, where EL2N is the mean over epochs of the error norm, which is at most √2.
   *
   * <p>Source: Paul, Ganguli and Dziugaite, <i>Deep learning on a data diet</i>, NeurIPS 2021,
   * definition 2.2. Differs: the paper averages ten trainings at one early epoch; this score
   * averages early epochs of one training.
   *
   * @param errorNorm ‖p − y‖₂ in the early epochs, with the probabilities p and the given label's
   *     one-hot vector y
   */
  public static double[] el2n(float[][] errorNorm) {
    // a norm that was rounded up would give a negative score
    return map(mean(errorNorm), norm -> Math.max(0, 1 - norm / Math.sqrt(2)));
  }

  /**
   * The mean over epochs of the given label's probability p = exp(−loss).
   *
   * <p>Source: Swayamdipta et al., <i>Dataset cartography</i>, EMNLP 2020, §2.1, confidence.
   *
   * @param lossNats the network's cross-entropy for the given label
   */
  public static double[] cartographyConfidence(float[][] lossNats) {
    return moments(lossNats)[0];
  }

  /**
   * 2σ, where σ is the standard deviation over epochs (of the population, at most ½) of the given
   * label's probability. Wrong labels have low confidence and low variability: training rejects
   * them throughout. But a label that is learned at once also scores low, and a wrong label that is
   * finally memorized scores high, so this score alone is a weak sign.
   *
   * <p>Source: the same paper, variability, and its hard-to-learn region.
   *
   * @param lossNats the network's cross-entropy for the given label
   */
  public static double[] cartographyVariability(float[][] lossNats) {
    return map(moments(lossNats)[1], deviation -> Math.min(1, 2 * deviation));
  }

  /** The mean and standard deviation over epochs of exp(−loss), 2 × N. */
  private static double[][] moments(float[][] lossNats) {
    int images = images(lossNats.length, epoch -> lossNats[epoch].length);
    double[] means = new double[images];
    double[] squares = new double[images]; // sums of squared deviations from the mean
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
        throw new IllegalArgumentException("the epochs differ in their number of images");
      }
    }
    if (images == 0) {
      throw new IllegalArgumentException("at least one epoch and one image are required");
    }
    return images;
  }

  private static double[] map(double[] values, DoubleUnaryOperator function) {
    return Arrays.stream(values).map(function).toArray();
  }
}
