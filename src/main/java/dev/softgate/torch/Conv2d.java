package dev.softgate.torch;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * A two-dimensional convolution without bias, kernel k×k, zero padding (k−1)/2.
 *
 * <p>Computes in the dtype of its input: where that is bfloat16, the float32 master weight is
 * rounded at each use and its gradient comes back in float32.
 */
public final class Conv2d extends Module {

  private final Parameter weight;
  private final int stride;
  private final int padding;

  /** A convolution from {@code in} to {@code out} channels. */
  public Conv2d(int in, int out, int kernel, int stride) {
    this.weight = parameter("weight", out, in, kernel, kernel);
    this.stride = stride;
    this.padding = (kernel - 1) / 2;
  }

  /** The weight, float32, out×in×k×k. */
  public Parameter weight() {
    return weight;
  }

  /** How far the kernel moves between outputs, in both directions. */
  public int stride() {
    return stride;
  }

  /** N×in×H×W → N×out×⌈H/stride⌉×⌈W/stride⌉, same dtype and layout. */
  public Tensor forward(Tensor x) {
    return new Tensor(
        torch.conv2d(
            x.pointer(),
            weight.value().to(x.dtype()).pointer(),
            new TensorOptional(),
            new long[] {stride, stride},
            new long[] {padding, padding},
            new long[] {1, 1},
            1));
  }
}
