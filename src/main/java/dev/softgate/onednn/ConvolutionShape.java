package dev.softgate.onednn;

import dev.softgate.torch.Conv2d;
import dev.softgate.torch.DType;
import dev.softgate.torch.Tensor;

/**
 * A convolution without bias, padded by (kernel−1)/2, on images of one size.
 *
 * @param in channels
 * @param out channels
 * @param kernel its side
 * @param stride in both directions
 * @param height of the input
 * @param width of the input
 */
record ConvolutionShape(int in, int out, int kernel, int stride, int height, int width) {

  /** That of a network's convolution for images of a size. */
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

  /** The maps that a convolution of these images takes. */
  FeatureMaps input(int images, DType type) {
    return new FeatureMaps(type, images, in, height, width);
  }

  int outHeight() {
    return (height + stride - 1) / stride;
  }

  int outWidth() {
    return (width + stride - 1) / stride;
  }

  int padding() {
    return (kernel - 1) / 2;
  }

  /** Padding below that makes the output as high as it is; may be less than above. */
  int paddingBelow() {
    return (outHeight() - 1) * stride + kernel - height - padding();
  }

  /** The same on the right. */
  int paddingRight() {
    return (outWidth() - 1) * stride + kernel - width - padding();
  }

  /** How many weights. */
  int weights() {
    return out * in * kernel * kernel;
  }
}
