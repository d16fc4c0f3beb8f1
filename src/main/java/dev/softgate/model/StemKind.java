package dev.softgate.model;

import dev.softgate.Choice;

/** What comes before the first stage. */
public enum StemKind implements Choice {
  /** He et al. (2016) for 32×32 images: a 3×3 convolution; the first stage has all pixels. */
  CIFAR(3, 1, false, 16),
  /** For ImageNet: a 7×7 convolution and 3×3 max pooling, each of which halves the resolution. */
  IMAGENET(7, 2, true, 64),
  /**
   * For fast training on small images: a 3×3 convolution and max pooling, which halves the sides.
   */
  POOLED(3, 1, true, 16);

  private final int kernel;
  private final int stride;
  private final boolean pools;
  private final int width;

  StemKind(int kernel, int stride, boolean pools, int width) {
    this.kernel = kernel;
    this.stride = stride;
    this.pools = pools;
    this.width = width;
  }

  /** The side of the convolution's kernel. */
  int kernel() {
    return kernel;
  }

  /** The convolution's stride. */
  int stride() {
    return stride;
  }

  /** Whether max pooling follows: 3×3 with stride 2, padded by 1. */
  public boolean pools() {
    return pools;
  }

  /** Channels inside the first stage's units, where the architecture does not set them. */
  int width() {
    return width;
  }
}
