package dev.softgate.torch;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch normalization over N, H and W: eps 1e-5, momentum 0.1, unbiased running variance, as in
 * PyTorch. Statistics and parameters are float32 for any input dtype.
 */
public final class BatchNorm2d extends Module {

  /** Added to the variance before the square root. */
  public static final double EPSILON = 1e-5;

  /** The weight of a batch's statistics in the running statistics. */
  public static final double MOMENTUM = 0.1;

  private final Parameter weight;
  private final Parameter bias;
  private final Tensor runningMean;
  private final Tensor runningVariance;
  private final Tensor batchesTracked;

  /** A normalization of {@code channels} channels. */
  public BatchNorm2d(int channels) {
    this.weight = parameter("weight", channels);
    this.bias = parameter("bias", channels);
    this.runningMean = buffer("running_mean", Tensor.zeros(DType.FLOAT32, channels));
    this.runningVariance = buffer("running_var", Tensor.zeros(DType.FLOAT32, channels).add(1));
    this.batchesTracked = buffer("num_batches_tracked", Tensor.zeros(DType.INT64));
  }

  /** The scale, float32, C. */
  public Parameter weight() {
    return weight;
  }

  /** The shift, float32, C. */
  public Parameter bias() {
    return bias;
  }

  /** The mean that evaluation uses, float32, C. */
  public Tensor runningMean() {
    return runningMean;
  }

  /** The variance that evaluation uses, float32, C. */
  public Tensor runningVariance() {
    return runningVariance;
  }

  /** The number of batches that updated the running statistics: an int64 scalar. */
  public Tensor batchesTracked() {
    return batchesTracked;
  }

  /**
   * Normalizes N×C×H×W; the result has the same dtype and layout.
   *
   * @param training whether to use, and update the running statistics with, the batch's statistics.
   *     Evaluation uses the running statistics, and so does a training batch with one value per
   *     channel, which has no variance (PyTorch refuses it).
   */
  public Tensor forward(Tensor x, boolean training) {
    boolean ofBatch = training && hasVariance(x.size(0), x.size(2), x.size(3));
    if (ofBatch) {
      NoGradient.run(() -> batchesTracked.addInPlace(one()));
    }
    return new Tensor(
        torch.batch_norm(
            x.pointer(),
            new TensorOptional(weight.value().pointer()),
            new TensorOptional(bias.value().pointer()),
            new TensorOptional(runningMean.pointer()),
            new TensorOptional(runningVariance.pointer()),
            ofBatch,
            MOMENTUM,
            EPSILON,
            false));
  }

  /** Whether a batch has more than one value per channel: N·H·W &gt; 1. */
  public static boolean hasVariance(long images, long height, long width) {
    return images > 1 || height > 1 || width > 1;
  }

  private static Tensor one() {
    return Tensor.ofLabels(new int[] {1}).view();
  }
}
