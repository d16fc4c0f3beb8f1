package dev.softgate.onednn;

/**
 * How a batch is divided: into chunks of a few images, whose feature maps stay in a core's cache
 * from one layer to the next, and into one contiguous run of chunks for each thread.
 *
 * @param images the number of images in the batch
 * @param size the number of images in a chunk; the last chunk may have fewer
 * @param threads the number of threads that share the chunks
 */
record Chunks(int images, int size, int threads) {

  /** Divides small batches too, and in the same way for any number of threads. */
  private static final int LEAST = 4;

  /**
   * Divides a batch into chunks of {@code most} images (at least one), or fewer for a small batch.
   *
   * @param images the number of images in the batch
   */
  static Chunks of(int images, int most, int threads) {
    int share = (images + LEAST - 1) / LEAST;
    return new Chunks(images, Math.max(1, Math.min(most, share)), threads);
  }

  int count() {
    return (images + size - 1) / size;
  }

  int first(int chunk) {
    return chunk * size;
  }

  int size(int chunk) {
    return Math.min(size, images - first(chunk));
  }

  /** Returns the first chunk of a thread. */
  int from(int thread) {
    return (int) ((long) count() * thread / threads);
  }

  /** Returns the chunk after the last one of a thread. */
  int to(int thread) {
    return from(thread + 1);
  }

  /** Returns the first image of a thread. */
  int firstImage(int thread) {
    return from(thread) * size;
  }

  /** Returns the number of images of a thread; 0 if there are fewer chunks than threads. */
  int shareSize(int thread) {
    return Math.min(to(thread) * size, images) - Math.min(firstImage(thread), images);
  }
}
