package dev.softgate.onednn;

import dev.softgate.torch.Conv2d;
import dev.softgate.torch.DType;
import dev.softgate.torch.Tensor;

/**
 * A convolution without bias on images of one size, padded by (kernel−1)/2.
 *
 * @param in the number of input channels
 * @param out the number of output channels
 * @param kernel the kernel's side in pixels
 * @param stride the stride in both directions
 * @param height the input's height in pixels
 * @param width the input's width in pixels
 */
record ConvolutionShape(int in, int out, int kernel, int stride, int height, int width) {

  /** Returns the shape of a network's convolution for one image size. */
  static ConvolutionShape of(Conv2d conv, int height, int width) {
    Tensor weight = conv.weight().value();
    return new ConvolutionShape(
        (int) weight.size(1),
        (int) weight.size(0),
        (int) weight.size(2),
        conv.stride(),
        height,
        width);
  }

  FeatureMaps input(int images, DType type) {
    return new FeatureMaps(type, images, in, height, width);
  }

  int outHeight() {
    return (height + stride - 1) / stride;
  }

  int outWidth() {
    return (width + stride - 1) / stride;
  }

  long[] strides() {
    return new long[] {stride, stride};
  }

  /** Returns the padding above and on the left. */
  long[] paddingBefore() {
    return new long[] {padding(), padding()};
  }

  /** Returns the padding below and on the right, which may be smaller than the padding before. */
  long[] paddingAfter() {
    return new long[] {
      (outHeight() - 1) * stride + kernel - height - padding(),
      (outWidth() - 1) * stride + kernel - width - padding()
    };
  }

  int padding() {
    return (kernel - 1) / 2;
  }

  int weights() {
    return out * in * kernel * kernel;
  }
}
