package dev.softgate.training;

import dev.softgate.data.Batch;
import dev.softgate.torch.Device;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What the images of a batch should be classified as.
 *
 * @param labels int64, N, in [0, K); of mixed images the label of the larger share
 * @param shares float32, N×K, the shares of the labels of mixed images; null where labels are whole
 */
record Targets(Tensor labels, @Nullable Tensor shares) {

  /** The targets of a batch, on a device; owned by the scope of the caller. */
  static Targets of(Device device, Batch batch, int classes) {
    Batch.Mixed mixed = batch.mixed();
    if (mixed == null) {
      return new Targets(Tensor.ofLabels(device, batch.labels()), null);
    }
    int[] greater = batch.labels().clone();
    float[] shares = new float[batch.size() * classes];
    for (int i = 0; i < greater.length; i++) {
      float share = mixed.shares()[i];
      int own = i * classes + greater[i];
      int other = i * classes + mixed.labels()[i];
      shares[own] = share;
      shares[other] = own == other ? 1 : 1 - share;
      if (share < 0.5f) {
        greater[i] = mixed.labels()[i];
      }
    }
    return new Targets(
        Tensor.ofLabels(device, greater), Tensor.ofFloats(device, shares, batch.size(), classes));
  }

  /**
   * The mean cross-entropy of predictions.
   *
   * @param logits float32, N×K
   * @param smoothing the part of each target that is spread evenly over the classes, in [0, 1)
   * @return a scalar, nats
   */
  Tensor crossEntropy(Tensor logits, double smoothing) {
    Tensor wanted = shares == null ? labels : shares;
    return smoothing == 0 ? logits.crossEntropy(wanted) : logits.crossEntropy(wanted, smoothing);
  }
}
