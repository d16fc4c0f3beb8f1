package dev.softgate.onednn;

/**
 * How a batch is cut up: into chunks of a few images whose feature maps stay in a core's cache from
 * one layer's operation to the next, and the chunks into one run for each thread.
 *
 * @param images in the batch
 * @param size images in a chunk; the last may have fewer
 * @param threads that share the chunks
 */
record Chunks(int images, int size, int threads) {

  /** So that a small batch too is shared out, and in the same way whatever the threads. */
  private static final int LEAST = 4;

  /**
   * Chunks of {@code most} images, at least one, or of fewer where the batch is small.
   *
   * @param images in the batch
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

  /** The first chunk of a thread's. */
  int from(int thread) {
    return (int) ((long) count() * thread / threads);
  }

  /** The chunk after the last of a thread's. */
  int to(int thread) {
    return from(thread + 1);
  }

  /** The first image of a thread's. */
  int firstImage(int thread) {
    return from(thread) * size;
  }

  /** How many images a thread has; 0 where there are fewer chunks than threads. */
  int shareSize(int thread) {
    return Math.min(to(thread) * size, images) - Math.min(firstImage(thread), images);
  }
}
