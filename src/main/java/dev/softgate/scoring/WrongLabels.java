package dev.softgate.scoring;

import org.jspecify.annotations.Nullable;

/**
 * How a network predicts images whose given label differs from the true one: it may have fitted the
 * wrong label, corrected it, or neither.
 *
 * @param count the number of such images
 * @param fitted the fraction predicted as the given label; null if there is no such image
 * @param corrected the fraction predicted as the true label; null if there is no such image
 */
public record WrongLabels(int count, @Nullable Double fitted, @Nullable Double corrected) {

  /**
   * Compares predictions with given and true labels.
   *
   * @param predicted N, class ids
   * @param given N, the labels used in training
   * @param clean N, the true labels
   */
  public static WrongLabels of(int[] predicted, int[] given, int[] clean) {
    int count = 0;
    int fitted = 0;
    int corrected = 0;
    for (int i = 0; i < given.length; i++) {
      if (given[i] != clean[i]) {
        count++;
        fitted += predicted[i] == given[i] ? 1 : 0;
        corrected += predicted[i] == clean[i] ? 1 : 0;
      }
    }
    return count == 0
        ? new WrongLabels(0, null, null)
        : new WrongLabels(count, (double) fitted / count, (double) corrected / count);
  }
}
