package dev.softgate.scoring.features;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Divides images into folds. Folds are stratified: each has as many images of each class, to within
 * one. Equal images share a fold, so no image is judged by its own copy.
 */
final class FoldAssignment {

  private FoldAssignment() {}

  /**
   * Draws a division.
   *
   * @param labels N, in [0, K)
   * @param groups N; images with equal numbers stay together
   * @param classes K
   * @param folds at least 2
   * @return the fold of each image, N, in [0, folds)
   */
  static int[] draw(int[] labels, int[] groups, int classes, int folds, long seed) {
    Map<Integer, List<Integer>> members = new LinkedHashMap<>();
    for (int i : shuffled(labels.length, seed)) {
      members.computeIfAbsent(groups[i], group -> new ArrayList<>()).add(i);
    }
    int[] assigned = new int[labels.length];
    int[][] ofClass = new int[classes][folds];
    int[] all = new int[folds];
    for (List<Integer> together : members.values()) {
      int[] own = ofClass[labels[together.get(0)]];
      int emptiest = 0;
      for (int f = 1; f < folds; f++) {
        if (own[f] < own[emptiest] || (own[f] == own[emptiest] && all[f] < all[emptiest])) {
          emptiest = f;
        }
      }
      for (int i : together) {
        assigned[i] = emptiest;
        ofClass[labels[i]][emptiest]++;
        all[emptiest]++;
      }
    }
    return assigned;
  }

  private static int[] shuffled(int count, long seed) {
    int[] order = IntStream.range(0, count).toArray();
    Random random = new Random(seed); // its algorithm is specified, so a seed means one division
    for (int i = count - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int other = order[j];
      order[j] = order[i];
      order[i] = other;
    }
    return order;
  }
}
