package dev.softgate.scoring.features;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * The most similar images of each image by the cosine of their features, found by comparing all
 * pairs.
 *
 * @param count k, the neighbors of an image
 * @param images N×k rows, the most similar first; −1 where there are fewer
 * @param similarities N×k cosines, in [−1, 1]; NaN where there are fewer
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record Neighbors(int count, int[] images, float[] similarities) {

  /**
   * Finds the neighbors of all images.
   *
   * @param count k, at least 1
   * @param groups N; images with equal numbers are copies, which are no neighbors
   * @param threads at least 1; the result does not depend on it
   */
  public static Neighbors of(Features features, int count, int[] groups, int threads) {
    Features unit = features.unitRows();
    int rows = unit.count();
    Neighbors all =
        new Neighbors(
            count,
            new int[Math.multiplyExact(rows, count)],
            new float[Math.multiplyExact(rows, count)]);
    int[] ids = IntStream.range(0, rows).toArray();
    ParallelTasks.run(
        (rows + FeatureTile.SIZE - 1) / FeatureTile.SIZE,
        threads,
        tile -> {
          int first = tile * FeatureTile.SIZE;
          all.find(unit, ids, first, Math.min(FeatureTile.SIZE, rows - first), groups);
          return tile;
        });
    return all;
  }

  /**
   * Finds the neighbors of one image among some.
   *
   * @param unit features of length 1 ({@link Features#unitRows})
   * @param among the rows that may be neighbors
   */
  public static Neighbors of(Features unit, int row, int count, IntPredicate among) {
    Nearest nearest = new Nearest(count);
    for (int other = 0; other < unit.count(); other++) {
      if (other != row && among.test(other)) {
        double sum = 0;
        for (int c = 0; c < unit.dimensions(); c++) {
          sum += unit.values()[unit.start(row) + c] * unit.values()[unit.start(other) + c];
        }
        nearest.offer(other, (float) sum);
      }
    }
    return new Neighbors(count, nearest.images, nearest.similarities);
  }

  private void find(Features unit, int[] all, int first, int size, int[] groups) {
    FeatureTile tile = new FeatureTile(unit);
    tile.load(all, first, size);
    Nearest[] nearest = new Nearest[size];
    for (int b = 0; b < size; b++) {
      nearest[b] = new Nearest(count);
    }
    float[] cosines = new float[FeatureTile.SIZE];
    for (int other = 0; other < unit.count(); other++) {
      Arrays.fill(cosines, 0);
      tile.addProducts(cosines, 0, unit.values(), unit.start(other));
      for (int b = 0; b < size; b++) {
        if (nearest[b].takes(cosines[b]) && groups[other] != groups[first + b]) {
          nearest[b].offer(other, cosines[b]);
        }
      }
    }
    for (int b = 0; b < size; b++) {
      System.arraycopy(nearest[b].images, 0, images, (first + b) * count, count);
      System.arraycopy(nearest[b].similarities, 0, similarities, (first + b) * count, count);
    }
  }

  /** The most similar images so far, in descending order; of equals, the first. */
  private static final class Nearest {
    private final int[] images;
    private final float[] similarities;

    Nearest(int count) {
      images = new int[count];
      similarities = new float[count];
      Arrays.fill(images, -1);
      Arrays.fill(similarities, Float.NaN);
    }

    boolean takes(float similarity) {
      return !(similarity <= similarities[similarities.length - 1]);
    }

    void offer(int image, float similarity) {
      if (!takes(similarity)) {
        return;
      }
      int at = images.length - 1;
      for (; at > 0 && !(similarity <= similarities[at - 1]); at--) {
        images[at] = images[at - 1];
        similarities[at] = similarities[at - 1];
      }
      images[at] = image;
      similarities[at] = similarity;
    }
  }
}
