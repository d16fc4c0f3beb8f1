package dev.softgate.data;

/**
 * Images and their labels, in memory as CIFAR stores them: unsigned bytes, one color plane after
 * the other. An image's <i>id</i> is its index here, and stays its name through splits, batches,
 * label files and scores.
 *
 * <p>The arrays are shared, not copied: whoever is handed a set only reads them.
 */
public final class ImageSet {

  private final byte[] pixels;
  private final int[] labels;
  private final int channels;
  private final int height;
  private final int width;

  /**
   * Puts a set together.
   *
   * @param pixels uint8, N×C×H×W, in [0, 255] as unsigned bytes; kept, not copied
   * @param labels int32, N, class ids from 0 on; kept, not copied
   * @param channels C
   * @param height H, in pixels
   * @param width W, in pixels
   * @throws IllegalArgumentException if the sizes do not fit one another or a label is negative
   */
  public ImageSet(byte[] pixels, int[] labels, int channels, int height, int width) {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "images of %d×%d×%d pixels (C×H×W)".formatted(channels, height, width));
    }
    long expected = (long) labels.length * channels * height * width;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "%d pixel bytes for %d images of %d×%d×%d: %d expected"
              .formatted(pixels.length, labels.length, channels, height, width, expected));
    }
    for (int id = 0; id < labels.length; id++) {
      if (labels[id] < 0) {
        throw new IllegalArgumentException("image %d has label %d".formatted(id, labels[id]));
      }
    }
    this.pixels = pixels;
    this.labels = labels;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /** The same images, labeled otherwise: int32, N, class ids from 0 on; kept, not copied. */
  ImageSet labeled(int[] others) {
    return new ImageSet(pixels, others, channels, height, width);
  }

  /** uint8, N×C×H×W; shared. */
  public byte[] pixels() {
    return pixels;
  }

  /** int32, N, in [0, K); shared. */
  public int[] labels() {
    return labels;
  }

  /** N, the number of images. */
  public int count() {
    return labels.length;
  }

  /** C, the number of color planes. */
  public int channels() {
    return channels;
  }

  /** H, in pixels. */
  public int height() {
    return height;
  }

  /** W, in pixels. */
  public int width() {
    return width;
  }

  /** Where image {@code id} begins in {@link #pixels()}. */
  int offset(int id) {
    return id * channels * height * width;
  }
}
