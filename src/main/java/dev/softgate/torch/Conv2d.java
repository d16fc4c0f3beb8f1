package dev.softgate.torch;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A two-dimensional convolution with kernel k×k and zero padding (k−1)/2, with or without bias.
 *
 * <p>It computes in the dtype of its input. For a bfloat16 input, the float32 weight is rounded at
 * each use, and its gradient is float32.
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

  /** A convolution with bias. */
  public static Conv2d withBias(int in, int out, int kernel, int stride) {
    return new Conv2d(in, out, kernel, stride, true);
  }

  /** The weight, float32, out×in×k×k. */
  public Parameter weight() {
    return weight;
  }

  /** The bias, float32, out; null if there is none. */
  public @Nullable Parameter bias() {
    return bias;
  }

  /** The distance between kernel positions, in both directions. */
  public int stride() {
    return stride;
  }

  /** N×in×H×W → N×out×⌈H/stride⌉×⌈W/stride⌉, same dtype and layout. */
  public Tensor forward(Tensor x) {
    Tensor typed = weight.value().to(x.dtype());
    if (!x.isOnCpu()) {
      return convolve(x, typed, stride);
    }
    if (ConvolutionCheck.readsUnwrittenMemory(x, typed, stride)) {
      return gather(x, typed);
    }
    UnaryOperator<Tensor> fast =
        ConvolutionCheck.writesBeyondScratch(typed, stride)
            ? images -> convolve(dense(images.everyPixel(stride), images), typed, 1)
            : images -> convolve(images, typed, stride);
    UnaryOperator<Tensor> gathered = images -> gather(images, typed);
    return ConvolutionCheck.isRight(fast, gathered, x, typed, stride)
        ? fast.apply(x)
        : gathered.apply(x);
  }

  private static Tensor dense(Tensor pixels, Tensor like) {
    return like.isChannelsLast()
        ? pixels.channelsLast()
        : new Tensor(pixels.pointer().contiguous());
  }

  private Tensor convolve(Tensor x, Tensor typed, int step) {
    return new Tensor(
        torch.conv2d(
            x.pointer(),
            typed.pointer(),
            bias == null
                ? new TensorOptional()
                : new TensorOptional(bias.value().to(x.dtype()).pointer()),
            new long[] {step, step},
            new long[] {padding, padding},
            new long[] {1, 1},
            1));
  }

  /** Computes the same convolution as a product of the weights and the gathered patches. */
  private Tensor gather(Tensor x, Tensor typed) {
    long kernel = typed.size(2);
    Tensor patches =
        new Tensor(
            torch.im2col(
                x.pointer(),
                new long[] {kernel, kernel},
                new long[] {1, 1},
                new long[] {padding, padding},
                new long[] {stride, stride}));
    Tensor rows = typed.view(typed.size(0), typed.size(1) * kernel * kernel);
    Tensor product = new Tensor(torch.matmul(rows.pointer(), patches.pointer()));
    Tensor maps =
        product.view(
            x.size(0),
            typed.size(0),
            (x.size(2) + stride - 1) / stride,
            (x.size(3) + stride - 1) / stride);
    if (bias != null) {
      maps = maps.add(bias.value().to(x.dtype()).view(1, typed.size(0), 1, 1));
    }
    return x.isChannelsLast() ? maps.channelsLast() : maps;
  }
}
