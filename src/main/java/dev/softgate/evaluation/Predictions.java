package dev.softgate.evaluation;

import dev.softgate.scoring.CrossEntropy;
import dev.softgate.scoring.PhaseMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network's predictions for some images, as plain arrays with one element, or one row of K, per
 * image.
 *
 * @param ids the ids of the images in their set
 * @param labels class ids, in [0, K)
 * @param classes K
 * @param logits N×K, row by row
 * @param gates the output of each gate; empty without gates
 * @param penalty the gates' mean penalty over images and gates, before weighting; null if there is
 *     none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Predictions(
    int[] ids,
    int[] labels,
    int classes,
    float[] logits,
    List<GateValues> gates,
    @Nullable Double penalty) {

  /**
   * Copies the list.
   *
   * @throws IllegalArgumentException if the arrays differ in their number of images
   */
  public Predictions {
    gates = List.copyOf(gates);
    int images = ids.length;
    require(labels.length == images && logits.length == images * classes, "the network");
    for (GateValues gate : gates) {
      float[] entropy = gate.entropyNats();
      float[] own = gate.logits();
      require(
          gate.g().length == images
              && (entropy == null || entropy.length == images)
              && (own == null || own.length == images * classes),
          gate.name());
    }
  }

  private static void require(boolean fits, String of) {
    if (!fits) {
      throw new IllegalArgumentException("the arrays of " + of + " differ in length");
    }
  }

  /** The first {@code count} of these predictions, which has this many or more. */
  public Predictions first(int count) {
    return new Predictions(
        Arrays.copyOf(ids, count),
        Arrays.copyOf(labels, count),
        classes,
        Arrays.copyOf(logits, count * classes),
        gates.stream().map(gate -> gate.first(count, classes)).toList(),
        penalty);
  }

  /** The weight g of each image, as the mean over the gates, N; null without a gate. */
  public float @Nullable [] g() {
    return mean(gates.stream().map(GateValues::g).toList());
  }

  /**
   * The hardness H of each image in nats, as the mean over the gates that are classifiers, N; null
   * if there are none.
   */
  public float @Nullable [] entropyNats() {
    return mean(gates.stream().map(GateValues::entropyNats).filter(Objects::nonNull).toList());
  }

  private static float @Nullable [] mean(List<float[]> rows) {
    if (rows.size() < 2) {
      return rows.isEmpty() ? null : rows.get(0);
    }
    float[] means = new float[rows.get(0).length];
    for (int i = 0; i < means.length; i++) {
      double sum = 0;
      for (float[] row : rows) {
        sum += row[i];
      }
      means[i] = (float) (sum / rows.size());
    }
    return means;
  }

  /** The entropy of the network's prediction for each image, in nats, N, in [0, ln K]. */
  public float[] predictionEntropyNats() {
    float[] entropy = new float[labels.length];
    for (int i = 0; i < entropy.length; i++) {
      double sum = 0;
      for (double p : probabilities(i)) {
        sum -= p > 0 ? p * Math.log(p) : 0;
      }
      entropy[i] = (float) sum;
    }
    return entropy;
  }

  /** The most probable class of each image; the lowest one if tied. */
  public int[] predicted() {
    int[] predicted = new int[labels.length];
    for (int i = 0; i < predicted.length; i++) {
      int best = 0;
      for (int k = 1; k < classes; k++) {
        if (logits[i * classes + k] > logits[i * classes + best]) {
          best = k;
        }
      }
      predicted[i] = best;
    }
    return predicted;
  }

  /** The softmax of one image's logits, K. */
  public double[] probabilities(int image) {
    return CrossEntropy.softmax(logits, image * classes, classes);
  }

  /** Accuracy, losses and mean g over all images. */
  public PhaseMetrics metrics() {
    int[] predicted = predicted();
    int images = labels.length;
    long correct = IntStream.range(0, images).filter(i -> predicted[i] == labels[i]).count();
    return new PhaseMetrics(
        images,
        (double) correct / images,
        CrossEntropy.meanNats(logits, labels, classes),
        gateLoss(),
        gates.isEmpty()
            ? null
            : gates.stream().mapToDouble(gate -> mean(gate.g())).average().orElseThrow());
  }

  /** The mean loss of the gate classifiers, or the gates' penalty; null if there is neither. */
  private @Nullable Double gateLoss() {
    double[] own =
        gates.stream()
            .map(GateValues::logits)
            .filter(Objects::nonNull)
            .mapToDouble(gateLogits -> CrossEntropy.meanNats(gateLogits, labels, classes))
            .toArray();
    return own.length == 0 ? penalty : Double.valueOf(Arrays.stream(own).average().orElseThrow());
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
