package dev.softgate.data;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

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
  private final int[] places; // of each image among the pixels; below 0 where it was not read
  private final int[] read; // the ids of those that were, ascending
  private List<String> files = List.of();

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
    this(pixels, IntStream.range(0, labels.length).toArray(), labels, channels, height, width);
  }

  private ImageSet(byte[] pixels, int[] read, int[] labels, int channels, int height, int width) {
    if (channels < 1 || height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "images of %d×%d×%d pixels (C×H×W)".formatted(channels, height, width));
    }
    long expected = (long) read.length * channels * height * width;
    if (pixels.length != expected) {
      throw new IllegalArgumentException(
          "%d pixel bytes for %d images of %d×%d×%d: %d expected"
              .formatted(pixels.length, read.length, channels, height, width, expected));
    }
    for (int id = 0; id < labels.length; id++) {
      if (labels[id] < 0) {
        throw new IllegalArgumentException("image %d has label %d".formatted(id, labels[id]));
      }
    }
    this.pixels = pixels;
    this.read = read;
    this.places = new int[labels.length];
    Arrays.fill(places, -1);
    for (int place = 0; place < read.length; place++) {
      places[read[place]] = place;
    }
    this.labels = labels;
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  /**
   * A set of which only some images were read.
   *
   * @param pixels uint8, of these images alone; kept, not copied
   * @param read their ids, ascending; kept, not copied
   * @param labels int32, N, of all; kept, not copied
   */
  static ImageSet partial(
      byte[] pixels, int[] read, int[] labels, int channels, int height, int width) {
    return new ImageSet(pixels, read, labels, channels, height, width);
  }

  /** The same images, labeled otherwise: int32, N, class ids from 0 on; kept, not copied. */
  ImageSet labeled(int[] others) {
    return new ImageSet(pixels, read, others, channels, height, width).from(files);
  }

  /** The same images with the names of the files that they come from, N or none. */
  ImageSet from(List<String> names) {
    if (!names.isEmpty() && names.size() != count()) {
      throw new IllegalArgumentException(names.size() + " files of " + count() + " images");
    }
    ImageSet named = new ImageSet(pixels, read, labels, channels, height, width);
    named.files = List.copyOf(names);
    return named;
  }

  /** The file that an image comes from, below the set's folder; empty where it has none. */
  public String file(int id) {
    return files.isEmpty() ? "" : files.get(id);
  }

  /** uint8, the images that were {@link #read}, ×C×H×W; shared. */
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

  /** The ids of the images whose pixels are here, ascending: all but where a limit says less. */
  public int[] read() {
    return read.clone();
  }

  /**
   * Where image {@code id} begins in {@link #pixels()}.
   *
   * @throws IllegalArgumentException if it was not read
   */
  public int offset(int id) {
    if (places[id] < 0) {
      throw new IllegalArgumentException("image %d was not read".formatted(id));
    }
    return places[id] * channels * height * width;
  }
}
