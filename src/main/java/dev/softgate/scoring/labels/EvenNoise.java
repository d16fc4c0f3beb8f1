package dev.softgate.scoring.labels;

import java.util.Arrays;

/**
 * The most likely share of wrong labels, if every label is wrong with the same probability ε and
 * then any other class is as likely, and what follows for each image.
 *
 * <p>With the network's probabilities p and a temperature τ, an image is of class k with sₖ ∝
 * pₖ^(1/τ), and is labeled j with probability (1 − ε) sⱼ + ε (1 − sⱼ) / (K − 1). ε and τ are those
 * under which the given labels of a sample are the most likely ones: for each of {@value
 * #TEMPERATURES} temperatures the ε is found by bisection, as the likelihood is concave in it. So
 * what the network does not know is told apart from wrong labels: a weak network spreads its
 * probabilities, and a mistake of its own is nowhere near as improbable as a wrong label.
 *
 * <p>The probabilities should be calibrated to the given labels, as those of a regularized
 * regression on held-out images are; the confident joint takes every confident mistake for a wrong
 * label. The label of an image is wrong with probability q = 1 − (1 − ε) sⱼ / P(j). The labels with
 * the greatest q are flagged, as many as maximize the expected F1.
 *
 * <p>Source: our own; maximum likelihood for the symmetric noise of Natarajan et al., <i>Learning
 * with noisy labels</i>, NeurIPS 2013. What it finds: results/features, decision 0053.
 *
 * @param rate ε, in [0, {@value #MOST}]
 * @param temperature τ
 * @param wrong q of each image, N; 0 for images of classes that are not judged
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record EvenNoise(double rate, double temperature, double[] wrong) {

  /** Above it most labels are wrong, and nothing tells which. */
  static final double MOST = 0.9;

  static final int TEMPERATURES = 25;
  private static final double COLDEST = 0.2;
  private static final double WARMEST = 4;
  private static final int HALVINGS = 30;
  private static final int SAMPLE_VALUES = 1 << 22;
  private static final double LEAST = 1e-12;

  /** Whether each label is among the most probably wrong ones, N. */
  boolean[] named(ConfidentLearning learning) {
    return LabelFilter.mostWrong(learning, wrong);
  }

  /** Finds ε and τ. */
  static EvenNoise of(ConfidentLearning learning) {
    int classes = learning.classes();
    float[] sample = sample(learning);
    int images = sample.length / (classes + 1);
    double best = 1;
    double rate = 0;
    double greatest = Double.NEGATIVE_INFINITY;
    double[] own = new double[images];
    for (int t = 0; t < TEMPERATURES; t++) {
      double temperature = COLDEST * Math.pow(WARMEST / COLDEST, t / (TEMPERATURES - 1.0));
      for (int i = 0; i < images; i++) {
        int start = i * (classes + 1);
        own[i] = share(sample, start, classes, (int) sample[start + classes], temperature);
      }
      double candidate = mostLikely(own, classes);
      double likelihood = 0;
      for (double s : own) {
        likelihood += Math.log(Math.max(LEAST, given(s, candidate, classes)));
      }
      if (likelihood > greatest) {
        greatest = likelihood;
        best = temperature;
        rate = candidate;
      }
    }
    return new EvenNoise(rate, best, wrong(learning, rate, best));
  }

  /** Rows of judged images at equal distances, each followed by the given label. */
  private static float[] sample(ConfidentLearning learning) {
    int classes = learning.classes();
    int row = classes + 1;
    int most = Math.max(1, SAMPLE_VALUES / row);
    int step = (learning.images() + most - 1) / most;
    float[] values = new float[Math.multiplyExact((learning.images() + step - 1) / step, row)];
    int[] at = new int[1];
    learning
        .rows()
        .read(
            (image, probabilities, start) -> {
              if (image % step == 0 && learning.isJudged(image)) {
                System.arraycopy(probabilities, start, values, at[0], classes);
                values[at[0] + classes] = learning.given(image);
                at[0] += row;
              }
            });
    return Arrays.copyOf(values, at[0]);
  }

  /** sⱼ of a row at a temperature. */
  private static double share(float[] p, int start, int classes, int label, double temperature) {
    double greatest = LEAST;
    for (int k = start; k < start + classes; k++) {
      greatest = Math.max(greatest, p[k]);
    }
    double sum = 0;
    double own = 0;
    for (int k = 0; k < classes; k++) {
      double weight = Math.pow(Math.max(LEAST, p[start + k]) / greatest, 1 / temperature);
      sum += weight;
      own = k == label ? weight : own;
    }
    return own / sum;
  }

  /** P(given label) for s of the given class. */
  private static double given(double share, double rate, int classes) {
    return (1 - rate) * share + rate * (1 - share) / (classes - 1);
  }

  /** The ε at which the derivative of the likelihood, which falls, is 0, within the bounds. */
  private static double mostLikely(double[] own, int classes) {
    double low = 0;
    double high = MOST;
    for (int halving = 0; halving < HALVINGS; halving++) {
      double middle = (low + high) / 2;
      double slope = 0;
      for (double s : own) {
        double other = (1 - s) / (classes - 1);
        slope += (other - s) / Math.max(LEAST, given(s, middle, classes));
      }
      if (slope > 0) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  private static double[] wrong(ConfidentLearning learning, double rate, double temperature) {
    int classes = learning.classes();
    double[] wrong = new double[learning.images()];
    learning
        .rows()
        .readBlocks(
            () ->
                (image, values, start) -> {
                  if (learning.isJudged(image)) {
                    double s = share(values, start, classes, learning.given(image), temperature);
                    wrong[image] = 1 - (1 - rate) * s / Math.max(LEAST, given(s, rate, classes));
                  }
                },
            block -> {});
    return wrong;
  }

  /** The mean q of the images labeled with each class, K; NaN where a class is not judged. */
  double[] rateByGiven(ConfidentLearning learning) {
    double[] sums = new double[learning.classes()];
    for (int image : learning.judgedImages()) {
      sums[learning.given(image)] += wrong[image];
    }
    for (int k = 0; k < sums.length; k++) {
      sums[k] = learning.judged()[k] ? sums[k] / learning.counts()[k] : Double.NaN;
    }
    return sums;
  }
}
