package dev.softgate.scoring;

import org.jspecify.annotations.Nullable;

/**
 * What a network made of the images whose given label is not the true one: it may have fitted the
 * wrong label, corrected it, or neither.
 *
 * @param count how many images there are
 * @param fitted the fraction predicted as given; null where there is no such image
 * @param corrected the fraction predicted as true; null likewise
 */
public record WrongLabels(int count, @Nullable Double fitted, @Nullable Double corrected) {

  /**
   * Counts.
   *
   * @param predicted N, class ids
   * @param given N, the labels a training had
   * @param clean N, the true ones
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
