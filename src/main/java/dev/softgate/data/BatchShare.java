package dev.softgate.data;

/**
 * How the batches of an epoch are shared among processes that train together. A batch of all of
 * them has {@code size × count} images of the common order; each process takes a contiguous part,
 * in the order of the processes. The parts of a last short batch differ by at most one image, and
 * the first process always has one.
 *
 * @param size the images of one process in a whole batch
 * @param index the process, zero-based
 * @param count how many processes there are
 */
public record BatchShare(int size, int index, int count) {

  /** Checks the ranges. */
  public BatchShare {
    if (size < 1 || index < 0 || index >= count) {
      throw new IllegalArgumentException(
          "batches of %d images, process %d of %d".formatted(size, index, count));
    }
  }

  /** All images of batches of {@code size}. */
  public static BatchShare whole(int size) {
    return new BatchShare(size, 0, 1);
  }

  /** The images of a whole batch of all processes. */
  public long total() {
    return (long) size * count;
  }

  /** The number of batches of {@code images}, a last short one counted. */
  public int batches(int images) {
    return (int) ((images + total() - 1) / total());
  }

  /** The number of images, of all processes, in a batch. */
  public int sizeOf(int batch, int images) {
    return (int) Math.min(total(), images - batch * total());
  }

  /** Where a process's part begins in a batch of {@code images}; that of the next ends it. */
  static int from(int process, int count, int images) {
    return (int) (((long) images * process + count - 1) / count);
  }

  /** The number of images of this process in a batch of {@code images} of all processes. */
  public int own(int images) {
    return from(index + 1, count, images) - from(index, count, images);
  }
}
