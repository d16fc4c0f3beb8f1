package dev.softgate.data;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Images and their labels. An image's <i>id</i> is its index here, from 0 to N − 1, and stays its
 * name through splits, batches, label files and scores.
 *
 * <p>Each image has a size of its own and is read by one call: loops over pixels run over an array
 * and never over this interface. The pixels are in an array ({@link HeapImages}), a mapped file
 * ({@link MappedImages}) or another set ({@link ImageView}).
 *
 * <p>A set never changes, and any number of threads may read it. Arrays that it hands out without a
 * copy are only read.
 */
public interface ImageSet {

  /**
   * A set of equal images, in memory.
   *
   * @param pixels uint8, N×C×H×W; kept, not copied
   * @param labels int32, N, class ids from 0 on; kept, not copied
   * @throws IllegalArgumentException if the sizes do not fit one another or a label is negative
   */
  static ImageSet of(byte[] pixels, int[] labels, int channels, int height, int width) {
    return new HeapImages(pixels, labels, channels, height, width);
  }

  /** N, the number of images. */
  int count();

  /** int32, N, in [0, K); shared. */
  int[] labels();

  /** C, the number of color planes of every image. */
  int channels();

  /** H of an image, in pixels; throws IllegalArgumentException if it is not {@link #loaded}. */
  int height(int id);

  /** W of an image, in pixels; throws IllegalArgumentException if it is not {@link #loaded}. */
  int width(int id);

  @FunctionalInterface
  interface Reader {

    /** Uses the pixels, from an index on, before it returns: uint8, C×H×W; never to be changed. */
    void read(byte[] pixels, int from);
  }

  /** Hands a {@link #loaded} image's pixels to a reader, in an array of the set if it has one. */
  void read(int id, Reader reader);

  /** The pixels of an image: uint8, C×H×W; a new array. */
  default byte[] pixels(int id) {
    byte[] copy =
        new byte[Math.multiplyExact(channels(), Math.multiplyExact(height(id), width(id)))];
    read(id, (pixels, from) -> System.arraycopy(pixels, from, copy, 0, copy.length));
    return copy;
  }

  /** The ids of the decoded images, ascending; a new array. */
  default int[] loaded() {
    return IntStream.range(0, count()).toArray();
  }

  /** The file that an image comes from, below the set's folder; empty where it has none. */
  default String file(int id) {
    return "";
  }

  /** The absolute path of an image's file, loaded or not; null where it has none. */
  default @Nullable Path path(int id) {
    return null;
  }

  /**
   * The position of an image among the files that were listed, in the order of the ids. It counts
   * unreadable files, which have no ids.
   */
  default int position(int id) {
    return id;
  }

  /** The same images, labeled otherwise: int32, N, class ids from 0 on; kept, not copied. */
  default ImageSet labeled(int[] others) {
    return new ImageView(this, loaded(), others, List.of(), null);
  }
}
