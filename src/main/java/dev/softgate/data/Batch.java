package dev.softgate.data;

/**
 * Some images, ready for the network. The arrays belong to the receiver of the batch.
 *
 * @param ids int32, N: the images' ids in their set
 * @param labels int32, N, in [0, K)
 * @param pixels float32, N×H×W×C (channels last), normalized
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of bulk data, never compared
public record Batch(int[] ids, int[] labels, float[] pixels, int channels, int height, int width) {

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
