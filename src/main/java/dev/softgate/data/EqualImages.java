package dev.softgate.data;

/** Images of one size, numbered in the order in which their pixels lie. */
abstract class EqualImages implements ImageSet {

  private final int[] labels;
  private final int channels;
  private final int height;
  private final int width;

  /** C·H·W. */
  final int imageBytes;

  /** Checks the sizes and the labels: int32, N, class ids from 0 on; kept, not copied. */
  EqualImages(long pixelBytes, int[] labels, int channels, int height, int width) {
    if (channels < 1
        || height < 1
        || width < 1
        || (long) height * width > Integer.MAX_VALUE / channels) {
      throw new IllegalArgumentException(
          "images of %d×%d×%d pixels (C×H×W)".formatted(channels, height, width));
    }
    this.imageBytes = channels * height * width;
    long expected = (long) labels.length * imageBytes;
    if (pixelBytes != expected) {
      throw new IllegalArgumentException(
          "%d pixel bytes for %d images of %d×%d×%d: %d expected"
              .formatted(pixelBytes, labels.length, channels, height, width, expected));
    }
    requireLabels(labels);
    this.labels = labels;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /** Throws IllegalArgumentException naming the first label that is negative. */
  static void requireLabels(int[] labels) {
    for (int id = 0; id < labels.length; id++) {
      if (labels[id] < 0) {
        throw new IllegalArgumentException("image %d has label %d".formatted(id, labels[id]));
      }
    }
  }

  @Override
  public final int count() {
    return labels.length;
  }

  @Override
  public final int[] labels() {
    return labels;
  }

  @Override
  public final int channels() {
    return channels;
  }

  @Override
  public final int height(int id) {
    return height;
  }

  @Override
  public final int width(int id) {
    return width;
  }
}
