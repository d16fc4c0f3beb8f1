package dev.softgate.torch;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch normalisation over N, H and W: eps 1e-5, momentum 0.1, unbiased running variance, as in
 * PyTorch. Statistics and parameters are float32, whatever the input's dtype.
 */
public final class BatchNorm2d extends Module {

  /** Added to the variance. */
  public static final double EPSILON = 1e-5;

  /** The weight of a batch's statistics in the running ones. */
  public static final double MOMENTUM = 0.1;

  private final Parameter weight;
  private final Parameter bias;
  private final Tensor runningMean;
  private final Tensor runningVariance;
  private final Tensor batchesTracked;

  /** A normalisation of {@code channels} channels. */
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

  /** How many batches have moved the running statistics, int64, a scalar. */
  public Tensor batchesTracked() {
    return batchesTracked;
  }

  /**
   * Normalises N×C×H×W, same dtype and layout.
   *
   * @param training by the batch's statistics, which also move the running ones; else, and where
   *     one value a channel has no variance, by the running ones, which stay (PyTorch refuses it)
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

  /** Whether a batch has more than one value a channel: N·H·W &gt; 1. */
  public static boolean hasVariance(long images, long height, long width) {
    return images > 1 || height > 1 || width > 1;
  }

  private static Tensor one() {
    return Tensor.ofLabels(new int[] {1}).view();
  }
}
