package dev.softgate.onednn;

import dev.softgate.torch.DType;
import org.bytedeco.dnnl.memory;

/** The shape and type of feature maps in N×H×W×C layout. */
record FeatureMaps(DType type, int images, int channels, int height, int width) {

  /** Throws IllegalArgumentException if a size is not positive or the size in bytes overflows. */
  FeatureMaps {
    double all = (double) type.bytes() * images * channels * height * width;
    if (images < 1 || channels < 1 || height < 1 || width < 1 || all > 0x1p62) {
      throw new IllegalArgumentException(
          "invalid feature map shape %d×%d×%d×%d (N×C×H×W)"
              .formatted(images, channels, height, width));
    }
  }

  memory.desc description() {
    return Native.maps(type, images, channels, height, width);
  }

  FeatureMaps of(int otherImages) {
    return new FeatureMaps(type, otherImages, channels, height, width);
  }

  /** Returns the shape of a convolution's output. */
  static FeatureMaps output(ConvolutionShape shape, int images, DType type) {
    return new FeatureMaps(type, images, shape.out(), shape.outHeight(), shape.outWidth());
  }

  /** Returns the shape of the channel masks: one number for each image and channel. */
  FeatureMaps masks() {
    return new FeatureMaps(DType.FLOAT32, images, channels, 1, 1);
  }

  long bytes() {
    return (long) type.bytes() * images * channels * height * width;
  }

  Object key(String operation) {
    return new Key(operation, this);
  }

  private record Key(String operation, FeatureMaps maps) {}
}
