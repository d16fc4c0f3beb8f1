package dev.softgate.scoring;

/**
 * What a classifier's logits tell about single images and their given labels. Label-error scores
 * combine these numbers over many epochs.
 *
 * <pre>
 *  loss       −ln p_y, p = softmax(z)      nats
 *  margin     z_y − max over k≠y of z_k    Pleiss et al., Identifying mislabeled data using the
 *                                          area under the margin ranking, NeurIPS 2020
 *  errorNorm  ‖p − onehot(y)‖₂             Paul et al., Deep learning on a data diet, NeurIPS 2021
 *  predicted  the most probable class; the lowest one if tied
 *  correct    whether the prediction is y
 * </pre>
 *
 * @param lossNats N
 * @param margin N, positive if correct; infinite if there is only one class
 * @param errorNorm N, in [0, √2]
 * @param predicted N, in [0, K)
 * @param correct N
 */
@SuppressWarnings("ArrayRecordComponent")
public record ImageSignals(
    float[] lossNats, float[] margin, float[] errorNorm, int[] predicted, boolean[] correct) {

  /**
   * Computes the signals.
   *
   * @param logits N×K, row by row
   * @param labels N, in [0, K)
   */
  public static ImageSignals of(float[] logits, int[] labels, int classes) {
    int images = labels.length;
    float[] margin = new float[images];
    float[] errorNorm = new float[images];
    int[] predicted = new int[images];
    boolean[] correct = new boolean[images];
    for (int i = 0; i < images; i++) {
      int row = i * classes;
      int label = labels[i];
      double[] p = CrossEntropy.softmax(logits, row, classes);
      float own = logits[row + label];
      float rival = Float.NEGATIVE_INFINITY;
      double squares = 0;
      for (int k = 0; k < classes; k++) {
        double error = p[k] - (k == label ? 1 : 0);
        squares += error * error;
        if (k != label) {
          rival = Math.max(rival, logits[row + k]);
        }
        if (logits[row + k] > logits[row + predicted[i]]) {
          predicted[i] = k;
        }
      }
      margin[i] = own - rival;
      errorNorm[i] = (float) Math.sqrt(squares);
      correct[i] = predicted[i] == label;
    }
    return new ImageSignals(
        CrossEntropy.eachNats(logits, labels, classes), margin, errorNorm, predicted, correct);
  }
}
