package dev.softgate.data;

import dev.softgate.BadInputException;
import java.util.Arrays;

/** Chooses some images of a set, for {@code --limit-train} and {@code --limit-test}. */
public final class Subset {

  private Subset() {}

  /**
   * Chooses {@code n} of {@code ids}, or all if there are no more, as evenly over the classes as
   * possible: classes differ by at most one image, unless a class has too few.
   *
   * @param labels the label of every image of the set, by id
   * @return the chosen ids, in the order they had in {@code ids}; a new array
   * @throws BadInputException if {@code n} is below 1
   */
  public static int[] limit(int[] ids, int[] labels, int n, long seed) {
    if (n < 1) {
      throw new BadInputException("a limit of %d images: it must be at least 1".formatted(n));
    }
    if (n >= ids.length) {
      return ids.clone();
    }
    int[] shuffledPlaces = new int[ids.length];
    Arrays.setAll(shuffledPlaces, place -> place);
    SplitMix64 random = new SplitMix64(SplitMix64.Purpose.SUBSET, seed, ids.length, n);
    random.shuffle(shuffledPlaces);

    int classes = 1 + Arrays.stream(ids).map(id -> labels[id]).max().orElse(0);
    int[] quotas = quotas(ids, labels, classes, n, random);
    boolean[] chosen = new boolean[ids.length];
    for (int place : shuffledPlaces) {
      int label = labels[ids[place]];
      if (quotas[label] > 0) {
        quotas[label]--;
        chosen[place] = true;
      }
    }
    int[] kept = new int[n];
    int next = 0;
    for (int place = 0; place < ids.length; place++) {
      if (chosen[place]) {
        kept[next++] = ids[place];
      }
    }
    return kept;
  }

  /** The number of images of each class, dealt one at a time in rounds over the classes. */
  private static int[] quotas(int[] ids, int[] labels, int classes, int n, SplitMix64 random) {
    int[] available = new int[classes];
    for (int id : ids) {
      available[labels[id]]++;
    }
    int[] order = new int[classes];
    Arrays.setAll(order, label -> label);
    random.shuffle(order);
    int[] quotas = new int[classes];
    int left = n;
    while (left > 0) {
      for (int label : order) {
        if (left > 0 && quotas[label] < available[label]) {
          quotas[label]++;
          left--;
        }
      }
    }
    return quotas;
  }
}
