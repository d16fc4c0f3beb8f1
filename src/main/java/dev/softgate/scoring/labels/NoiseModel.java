package dev.softgate.scoring.labels;

import java.util.Arrays;

/**
 * The probability that each label is wrong, by a model of how labels come about: an image has a
 * true class y, and is labeled j with probability T(y, j). With the network's probabilities p and a
 * temperature τ, P(y = k | image) ∝ pₖ^(1/τ), so
 *
 * <p>q = 1 − T(j, j) pⱼ^(1/τ) / Σₖ T(k, j) pₖ^(1/τ).
 *
 * <p>T begins as the confident joint, each row scaled to its true class, and is estimated once more
 * from the probabilities of the true classes (one step of expectation maximization) unless there
 * are only two classes. τ is the most likely of {@value #TEMPERATURES} values given the labels of a
 * sample, so overconfident probabilities, and those blurred by wrong labels in training, are
 * corrected.
 *
 * <p>The labels with the greatest q are flagged, as many as maximize the expected F1, 2 Σ q of the
 * flagged / (flagged + Σ q of all). Differs: if that is below {@value #FEW} of what the confident
 * joint estimates although the network is accurate ({@link NetworkStrength#accuracy} of {@value
 * #ACCURATE} or more), then the wrong labels do not come about like this; people err on hard
 * images. In this case the joint's number is flagged, in the order of q before the second estimate
 * of T.
 *
 * <p>Source: our own; T and its estimation as in Dawid and Skene, <i>Maximum likelihood estimation
 * of observer error-rates using the EM algorithm</i>, Applied Statistics 1979, for one observer.
 * What it finds: results/labels-command, decision 0044.
 */
final class NoiseModel {

  static final double FEW = 0.65;
  static final double ACCURATE = 0.75;

  private static final int TEMPERATURES = 14;
  private static final double COLDEST = 0.2;
  private static final double WARMEST = 8;
  private static final int SAMPLE_IMAGES = 2000;
  private static final int SAMPLE_VALUES = 1 << 22;

  /** A class whose weight is below this part of the greatest one's does not count. */
  private static final double NEGLIGIBLE = 1e-9;

  private final ConfidentLearning learning;
  private final float[] sample;
  private final int[] sampleGiven;
  private final int classes;

  private NoiseModel(ConfidentLearning learning) {
    this.learning = learning;
    classes = learning.classes();
    int most = Math.max(1, Math.min(SAMPLE_IMAGES, SAMPLE_VALUES / classes));
    int step = (learning.images() + most - 1) / most;
    int images = (learning.images() + step - 1) / step;
    sample = new float[images * classes];
    sampleGiven = new int[images];
    learning
        .rows()
        .read(
            (image, values, start) -> {
              if (image % step == 0) {
                System.arraycopy(values, start, sample, image / step * classes, classes);
                sampleGiven[image / step] = learning.given(image);
              }
            });
  }

  /** Whether each label is among the most probably wrong ones, N. */
  static boolean[] flags(ConfidentLearning learning) {
    NoiseModel model = new NoiseModel(learning);
    double[][] first = prior(learning);
    double firstTemperature = model.temperature(first);
    double[][] second = learning.classes() > 2 ? model.maximized(first, firstTemperature) : first;
    double[] wrong = model.wrong(second, model.temperature(second));
    int[] judged = learning.judgedImages();
    long count = LabelFilter.mostExpected(judged, wrong);
    long estimated = Math.round(learning.noiseRate() * judged.length);
    if (count < FEW * estimated && NetworkStrength.of(learning).accuracy() >= ACCURATE) {
      count = estimated;
      wrong = model.wrong(first, firstTemperature);
    }
    return LabelFilter.mostWrong(learning, wrong, count);
  }

  /** T by the confident joint, true × given, with one image of each class as in the mean row. */
  private static double[][] prior(ConfidentLearning learning) {
    int[][] confident = learning.confidentJoint();
    int[] counts = learning.counts();
    int classes = counts.length;
    double[][] noise = new double[classes][classes];
    double right = 0;
    for (int j = 0; j < classes; j++) {
      confident[j][j] = Math.max(1, confident[j][j]);
      double scale = (double) counts[j] / Arrays.stream(confident[j]).sum();
      for (int k = 0; k < classes; k++) {
        noise[k][j] = confident[j][k] * scale;
      }
      right += noise[j][j];
    }
    double share = right / learning.images();
    double[][] mean = new double[classes][classes];
    for (int k = 0; k < classes; k++) {
      Arrays.fill(mean[k], (1 - share) / (classes - 1));
      mean[k][k] = share;
    }
    return smoothed(noise, mean);
  }

  /** Counts, true × given, as probabilities; one image of each class is added as in the prior. */
  private static double[][] smoothed(double[][] counts, double[][] prior) {
    for (int k = 0; k < counts.length; k++) {
      double sum = Arrays.stream(counts[k]).sum();
      for (int j = 0; j < counts.length; j++) {
        counts[k][j] = (counts[k][j] + prior[k][j]) / (sum + 1);
      }
    }
    return counts;
  }

  /** T from the probabilities of the true classes. */
  private double[][] maximized(double[][] noise, double temperature) {
    double[][] counts = new double[classes][classes];
    ProbabilityRows rows = learning.rows();
    rows.readBlocks(
        () -> new Expected(new Weights(classes, noise, temperature), rows.blockRows()),
        expected -> expected.addTo(counts));
    return smoothed(counts, noise);
  }

  /** The probabilities of the true classes of some images. */
  private final class Expected implements ProbabilityRows.Visitor {
    private final Weights weights;
    private final double[] probabilities;
    private final int[] given;
    private int count;

    Expected(Weights weights, int most) {
      this.weights = weights;
      this.probabilities = new double[most * classes];
      this.given = new int[most];
    }

    @Override
    public void row(int image, float[] values, int start) {
      given[count] = learning.given(image);
      double sum = weights.set(values, start, given[count]);
      for (int k = 0; k < classes; k++) {
        probabilities[count * classes + k] = weights.of[k] / sum;
      }
      count++;
    }

    void addTo(double[][] counts) {
      for (int i = 0; i < count; i++) {
        for (int k = 0; k < classes; k++) {
          counts[k][given[i]] += probabilities[i * classes + k];
        }
      }
    }
  }

  /** q of each image, N. */
  private double[] wrong(double[][] noise, double temperature) {
    double[] wrong = new double[learning.images()];
    learning
        .rows()
        .readBlocks(
            () -> {
              Weights weights = new Weights(classes, noise, temperature);
              return (image, values, start) -> {
                int given = learning.given(image);
                double sum = weights.set(values, start, given);
                wrong[image] = 1 - weights.of[given] / sum;
              };
            },
            block -> {});
    return wrong;
  }

  /** T(k, given) pₖ^(1/τ) of an image, p as parts of the greatest. */
  private static final class Weights {
    final double[] of;
    private final double[][] noise;
    private final double temperature;
    private final double negligible;

    Weights(int classes, double[][] noise, double temperature) {
      this.of = new double[classes];
      this.noise = noise;
      this.temperature = temperature;
      this.negligible = Math.pow(NEGLIGIBLE, temperature);
    }

    /** Weighs an image's classes; returns the sum. */
    double set(float[] values, int start, int given) {
      float greatest = 0;
      for (int k = start; k < start + of.length; k++) {
        greatest = Math.max(greatest, values[k]);
      }
      double least = greatest * negligible;
      double sum = 0;
      for (int k = 0; k < of.length; k++) {
        double p = values[start + k];
        of[k] =
            p < least && k != given
                ? 0
                : noise[k][given] * Math.exp(Math.log(Math.max(p, 1e-12) / greatest) / temperature);
        sum += of[k];
      }
      return sum;
    }
  }

  /** τ with the greatest likelihood of the sample's labels. */
  private double temperature(double[][] noise) {
    double best = 1;
    double greatest = Double.NEGATIVE_INFINITY;
    double[][] even = new double[classes][classes];
    for (double[] row : even) {
      Arrays.fill(row, 1);
    }
    for (int t = 0; t < TEMPERATURES; t++) {
      double temperature = COLDEST * Math.pow(WARMEST / COLDEST, t / (TEMPERATURES - 1.0));
      Weights ofAll = new Weights(classes, even, temperature);
      Weights ofGiven = new Weights(classes, noise, temperature);
      double total = 0;
      for (int i = 0; i < sampleGiven.length; i++) {
        double all = ofAll.set(sample, i * classes, sampleGiven[i]);
        double given = ofGiven.set(sample, i * classes, sampleGiven[i]);
        total += Math.log(Math.max(given / all, 1e-12));
      }
      if (total > greatest) {
        greatest = total;
        best = temperature;
      }
    }
    return best;
  }
}
