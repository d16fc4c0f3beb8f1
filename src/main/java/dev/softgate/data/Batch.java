package dev.softgate.data;

import org.jspecify.annotations.Nullable;

/**
 * Some images, ready for the network. The arrays belong to the receiver of the batch.
 *
 * @param ids int32, N: the images' ids in their set
 * @param labels int32, N, in [0, K)
 * @param pixels float32, N×H×W×C (channels last), normalized
 * @param mixed what is mixed into the images; null where they are whole
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk data, never compared
public record Batch(
    int[] ids,
    int[] labels,
    float[] pixels,
    int channels,
    int height,
    int width,
    @Nullable Mixed mixed) {

  /**
   * The images that are mixed into those of a batch.
   *
   * @param labels int32, N: their labels, in [0, K)
   * @param shares float32, N: the shares of the batch's own images, in [0, 1]
   */
  @SuppressWarnings("ArrayRecordComponent")
  public record Mixed(int[] labels, float[] shares) {}

  /** Whole images. */
  public Batch(int[] ids, int[] labels, float[] pixels, int channels, int height, int width) {
    this(ids, labels, pixels, channels, height, width, null);
  }

  /** Throws IllegalArgumentException if the sizes do not agree. */
  public Batch {
    if (ids.length != labels.length
        || pixels.length
            != Math.multiplyExact((long) ids.length * channels, (long) height * width)) {
      throw new IllegalArgumentException(
          "%d ids, %d labels, %d pixel values of %d×%d×%d"
              .formatted(ids.length, labels.length, pixels.length, height, width, channels));
    }
  }

  /** N, the number of images. */
  public int size() {
    return ids.length;
  }
}
