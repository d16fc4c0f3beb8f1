package dev.softgate.torch;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A two-dimensional convolution, with or without bias, kernel k×k, zero padding (k−1)/2.
 *
 * <p>Computes in the dtype of its input: where that is bfloat16, the float32 master weight is
 * rounded at each use and its gradient comes back in float32.
 */
public final class Conv2d extends Module {

  private final Parameter weight;
  private final @Nullable Parameter bias;
  private final int stride;
  private final int padding;

  /** A convolution from {@code in} to {@code out} channels, without bias. */
  public Conv2d(int in, int out, int kernel, int stride) {
    this(in, out, kernel, stride, false);
  }

  private Conv2d(int in, int out, int kernel, int stride, boolean biased) {
    this.weight = parameter("weight", out, in, kernel, kernel);
    this.bias = biased ? parameter("bias", out) : null;
    this.stride = stride;
    this.padding = (kernel - 1) / 2;
  }

  /** A convolution whose outputs a bias is added to. */
  public static Conv2d withBias(int in, int out, int kernel, int stride) {
    return new Conv2d(in, out, kernel, stride, true);
  }

  /** The weight, float32, out×in×k×k. */
  public Parameter weight() {
    return weight;
  }

  /** The bias, float32, out; null without. */
  public @Nullable Parameter bias() {
    return bias;
  }

  /** How far the kernel moves between outputs, in both directions. */
  public int stride() {
    return stride;
  }

  /** N×in×H×W → N×out×⌈H/stride⌉×⌈W/stride⌉, same dtype and layout. */
  public Tensor forward(Tensor x) {
    Tensor typed = weight.value().to(x.dtype());
    ConvolutionCheck.run(images -> convolve(images, typed), x, typed, stride);
    return convolve(x, typed);
  }

  private Tensor convolve(Tensor x, Tensor typed) {
    return new Tensor(
        torch.conv2d(
            x.pointer(),
            typed.pointer(),
            bias == null
                ? new TensorOptional()
                : new TensorOptional(bias.value().to(x.dtype()).pointer()),
            new long[] {stride, stride},
            new long[] {padding, padding},
            new long[] {1, 1},
            1));
  }
}
