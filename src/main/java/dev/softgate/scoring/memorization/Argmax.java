package dev.softgate.scoring.memorization;

/** The class that logits predict. */
final class Argmax {

  private Argmax() {}

  /** The class with the greatest of {@code classes} logits from a place on; the lowest if tied. */
  static int of(float[] logits, int from, int classes) {
    int best = 0;
    for (int k = 1; k < classes; k++) {
      if (logits[from + k] > logits[from + best]) {
        best = k;
      }
    }
    return best;
  }
}
