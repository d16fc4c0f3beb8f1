package dev.softgate.evaluation;

import dev.softgate.scoring.CrossEntropy;
import dev.softgate.scoring.PhaseMetrics;
import org.jspecify.annotations.Nullable;

/**
 * What a network said of some images, as plain arrays: one element, or one row of K, an image.
 *
 * @param ids of the images in their set
 * @param labels class ids, in [0, K)
 * @param classes K
 * @param logits N×K, row by row
 * @param gateLogits N×K; null without a gate
 * @param entropyNats hardness H, N; null without a gate
 * @param g weight of the additional layers, N; null without a gate
 */
@SuppressWarnings("ArrayRecordComponent")
public record Predictions(
    int[] ids,
    int[] labels,
    int classes,
    float[] logits,
    float @Nullable [] gateLogits,
    float @Nullable [] entropyNats,
    float @Nullable [] g) {

  /** The most probable class of each image; the lowest of equals. */
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
    int correct = 0;
    for (int i = 0; i < predicted.length; i++) {
      correct += predicted[i] == labels[i] ? 1 : 0;
    }
    int images = labels.length;
    return new PhaseMetrics(
        images,
        (double) correct / images,
        CrossEntropy.meanNats(logits, labels, classes),
        gateLogits == null ? null : CrossEntropy.meanNats(gateLogits, labels, classes),
        g == null ? null : mean(g));
  }

  private static double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return sum / values.length;
  }
}
