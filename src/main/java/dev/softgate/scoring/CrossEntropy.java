package dev.softgate.scoring;

/** Softmax and cross-entropy of logits on the heap, in double precision. */
public final class CrossEntropy {

  private CrossEntropy() {}

  /**
   * Returns the mean over all rows of −ln softmax(logits)[label], in nats.
   *
   * @param logits N×K, row by row
   * @param labels N, in [0, K)
   * @param classes K
   */
  public static double meanNats(float[] logits, int[] labels, int classes) {
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += nats(logits, i * classes, labels[i], classes);
    }
    return sum / labels.length;
  }

  /**
   * Returns −ln softmax(logits)[label] of each row: N values, in nats.
   *
   * @param logits N×K, row by row
   * @param labels N, in [0, K)
   * @param classes K
   */
  public static float[] eachNats(float[] logits, int[] labels, int classes) {
    float[] nats = new float[labels.length];
    for (int i = 0; i < labels.length; i++) {
      nats[i] = (float) nats(logits, i * classes, labels[i], classes);
    }
    return nats;
  }

  private static double nats(float[] logits, int row, int label, int classes) {
    return logSumExp(logits, row, classes) - logits[row + label];
  }

  /** The softmax of the K logits that start at {@code from}. */
  public static double[] softmax(float[] logits, int from, int classes) {
    double normalizer = logSumExp(logits, from, classes);
    double[] probabilities = new double[classes];
    for (int k = 0; k < classes; k++) {
      probabilities[k] = Math.exp(logits[from + k] - normalizer);
    }
    return probabilities;
  }

  private static double logSumExp(float[] logits, int from, int classes) {
    double greatest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < classes; k++) {
      greatest = Math.max(greatest, logits[from + k]);
    }
    double sum = 0;
    for (int k = 0; k < classes; k++) {
      sum += Math.exp(logits[from + k] - greatest);
    }
    return greatest + Math.log(sum);
  }
}
