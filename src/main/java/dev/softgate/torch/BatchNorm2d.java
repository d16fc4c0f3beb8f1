package dev.softgate.torch;

import java.util.stream.IntStream;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

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
  private final Buffer runningMean;
  private final Buffer runningVariance;
  private final Buffer batchesTracked;
  private @Nullable NormExchange exchange;
  private @Nullable GradientHook summation;

  /** A normalization of {@code channels} channels. */
  public BatchNorm2d(int channels) {
    this.weight = parameter("weight", channels);
    this.bias = parameter("bias", channels);
    this.runningMean = buffer("running_mean", Tensor.zeros(Device.CPU, DType.FLOAT32, channels));
    this.runningVariance =
        buffer("running_var", Tensor.zeros(Device.CPU, DType.FLOAT32, channels).add(1));
    this.batchesTracked = buffer("num_batches_tracked", Tensor.zeros(Device.CPU, DType.INT64));
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
    return runningMean.value();
  }

  /** The variance that evaluation uses, float32, C. */
  public Tensor runningVariance() {
    return runningVariance.value();
  }

  /** The number of batches that updated the running statistics: an int64 scalar. */
  public Tensor batchesTracked() {
    return batchesTracked.value();
  }

  /** Makes training normalize the batches of all processes; null for this process's own. */
  public void synchronizeBy(@Nullable NormExchange other) {
    exchange = other;
    summation = other == null ? null : new GradientHook(gradient -> summed(gradient, other));
  }

  /** How the statistics of a training batch are exchanged with other processes; null if not. */
  public @Nullable NormExchange exchange() {
    return exchange;
  }

  /**
   * Normalizes N×C×H×W; the result has the same dtype and layout.
   *
   * @param training whether to use, and update the running statistics with, the batch's statistics.
   *     Evaluation uses the running statistics, and so does a frozen norm, or a training batch with
   *     one value per channel, which has no variance (PyTorch refuses it).
   */
  public Tensor forward(Tensor x, boolean training) {
    if (isFrozen()) {
      return normalize(x, false);
    }
    if (training && exchange != null && summation != null) {
      return forward(x, exchange, summation);
    }
    return normalize(x, training && hasVariance(x.size(0), x.size(2), x.size(3)));
  }

  private Tensor normalize(Tensor x, boolean ofBatch) {
    if (ofBatch) {
      NoGradient.run(() -> batchesTracked.value().incrementInPlace());
    }
    return new Tensor(
        torch.batch_norm(
            x.pointer(),
            new TensorOptional(weight.value().pointer()),
            new TensorOptional(bias.value().pointer()),
            new TensorOptional(runningMean.value().pointer()),
            new TensorOptional(runningVariance.value().pointer()),
            ofBatch,
            MOMENTUM,
            EPSILON,
            false));
  }

  /**
   * Normalizes by the statistics of all processes.
   *
   * <pre>
   *   y = γ/√(σ²+ε)·x + (β − γ/√(σ²+ε)·μ)
   * </pre>
   *
   * <p>As functions of the own images, μ and σ² are those of {@link NormStatistics} with the other
   * processes' parts as constants. Each process's loss depends on them, so their gradients are
   * added up over the processes before they go back into the images.
   */
  private Tensor forward(Tensor x, NormExchange others, GradientHook sum) {
    Tensor values = x.to(DType.FLOAT32);
    Tensor mean = values.meanOfChannels(); // C
    Tensor variance = values.varianceOfChannels(); // C
    double own = (double) others.images() * x.size(2) * x.size(3);
    NormStatistics all = NormStatistics.combined(others, own, doubles(mean), doubles(variance));
    if (!all.hasVariance()) {
      return normalize(x, false);
    }
    NoGradient.run(
        () -> {
          batchesTracked.value().incrementInPlace();
          move(runningMean.value(), all.mean());
          move(runningVariance.value(), all.unbiasedVariance());
        });
    Tensor allMean = floats(x.device(), all.mean());
    Tensor off = mean.subtract(allMean);
    Tensor parts =
        Tensor.joined(mean, variance.add(off.multiply(off))).multiply(own / all.values()); // 2C
    Tensor constant = Tensor.joined(allMean, floats(x.device(), all.variance()));
    Tensor both = sum.on(constant.add(parts.subtract(parts.detach()))); // adds its slope alone
    int channels = all.mean().length;
    Tensor scale =
        weight.value().multiply(both.narrow(0, channels, channels).add(EPSILON).inverseRoot());
    Tensor shift = bias.value().subtract(scale.multiply(both.narrow(0, 0, channels)));
    return values
        .multiply(scale.view(1, channels, 1, 1))
        .add(shift.view(1, channels, 1, 1))
        .to(x.dtype());
  }

  private static Tensor summed(Tensor gradient, NormExchange others) {
    return floats(gradient.device(), others.sum(doubles(gradient)));
  }

  private static void move(Tensor running, double[] ofBatch) {
    running.multiplyInPlace(1 - MOMENTUM).addInPlace(floats(running.device(), ofBatch), MOMENTUM);
  }

  private static double[] doubles(Tensor values) {
    float[] floats = values.toFloats();
    return IntStream.range(0, floats.length).mapToDouble(i -> floats[i]).toArray();
  }

  private static Tensor floats(Device device, double[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return Tensor.ofFloats(device, floats, floats.length);
  }

  /** Whether a batch has more than one value per channel: N·H·W &gt; 1. */
  public static boolean hasVariance(long images, long height, long width) {
    return images > 1 || height > 1 || width > 1;
  }
}
