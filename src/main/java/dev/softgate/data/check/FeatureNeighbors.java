package dev.softgate.data.check;

/**
 * The most similar images of each image by the features of a network.
 *
 * @param count k, the neighbors of an image
 * @param images N×k ids of a {@link CheckedSet}, the most similar first; −1 where there are fewer,
 *     or where the image has no features
 * @param similarities N×k cosines, in [−1, 1]; NaN where there are fewer
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record FeatureNeighbors(int count, int[] images, float[] similarities) {

  /** Throws IllegalArgumentException if the sizes do not match. */
  public FeatureNeighbors {
    if (count < 1 || images.length != similarities.length || images.length % count != 0) {
      throw new IllegalArgumentException(
          "%d neighbors of %d, %d similarities"
              .formatted(count, images.length, similarities.length));
    }
  }

  /** The mean cosine distance (1 − cosine) of an image to its neighbors; NaN where it has none. */
  double meanDistance(int id) {
    double sum = 0;
    int neighbors = 0;
    for (int at = id * count; at < (id + 1) * count; at++) {
      if (images[at] >= 0) {
        sum += 1 - similarities[at];
        neighbors++;
      }
    }
    return neighbors == 0 ? Double.NaN : sum / neighbors;
  }
}
