package dev.softgate.data.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A partition of the numbers from 0 to n − 1, which only gets coarser (union and find). */
final class Groups {

  private final int[] parents;

  /** Each number by itself. */
  Groups(int n) {
    this.parents = new int[n];
    for (int i = 0; i < n; i++) {
      parents[i] = i;
    }
  }

  boolean together(int a, int b) {
    return root(a) == root(b);
  }

  void join(int a, int b) {
    int first = root(a);
    int second = root(b);
    parents[Math.max(first, second)] = Math.min(first, second);
  }

  /** The groups of two or more, by their least numbers; numbers ascend. */
  List<List<Integer>> ofSeveral() {
    Map<Integer, List<Integer>> groups = new LinkedHashMap<>();
    for (int i = 0; i < parents.length; i++) {
      groups.computeIfAbsent(root(i), root -> new ArrayList<>()).add(i);
    }
    return groups.values().stream().filter(group -> group.size() > 1).toList();
  }

  private int root(int of) {
    int at = of;
    while (parents[at] != at) {
      parents[at] = parents[parents[at]]; // halves the path
      at = parents[at];
    }
    return at;
  }
}
