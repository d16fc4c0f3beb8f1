package dev.softgate.scoring.labels;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/** Images grouped by class, in one array of int32. */
final class ImageGroups {

  private final int[] ordered;
  private final int[] ends;

  private ImageGroups(int[] ordered, int[] ends) {
    this.ordered = ordered;
    this.ends = ends;
  }

  /** Groups images by a class in [0, K); each group keeps their order. */
  static ImageGroups of(int[] images, int classes, IntUnaryOperator group) {
    int[] next = new int[classes];
    for (int image : images) {
      int own = group.applyAsInt(image);
      if (own + 1 < classes) {
        next[own + 1]++;
      }
    }
    Arrays.parallelPrefix(next, Integer::sum);
    int[] ordered = new int[images.length];
    for (int image : images) {
      ordered[next[group.applyAsInt(image)]++] = image;
    }
    return new ImageGroups(ordered, next); // each group's beginning has moved to its end
  }

  /** The number of images in all groups. */
  int images() {
    return ordered.length;
  }

  /** The images of a class; a copy. */
  int[] of(int group) {
    return Arrays.copyOfRange(ordered, group == 0 ? 0 : ends[group - 1], ends[group]);
  }
}
