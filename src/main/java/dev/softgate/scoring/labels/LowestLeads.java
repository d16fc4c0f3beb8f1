package dev.softgate.scoring.labels;

/**
 * For each pair of classes i and j, the images labeled i with the lowest leads pᵢ − pⱼ, found in
 * one pass over the probabilities. A pair keeps its images in a heap with the greatest lead at the
 * root, so all pairs together keep 12 bytes for each image that they may flag.
 */
final class LowestLeads {

  private final ConfidentLearning learning;
  private final int[][] wanted;
  private final int[][] starts;
  private final int[][] sizes;
  private final double[] leads;
  private final int[] images;

  private LowestLeads(ConfidentLearning learning, int[][] wanted) {
    this.learning = learning;
    this.wanted = wanted;
    int classes = wanted.length;
    starts = new int[classes][classes];
    sizes = new int[classes][classes];
    int all = 0;
    for (int i = 0; i < classes; i++) {
      for (int j = 0; j < classes; j++) {
        starts[i][j] = all;
        all += i == j ? 0 : wanted[i][j];
      }
    }
    leads = new double[all];
    images = new int[all];
  }

  /**
   * Whether each image is among the lowest of a pair, N.
   *
   * @param wanted how many of the images labeled i are wanted for each j, K×K; its rows sum to at
   *     most the images labeled i, and the diagonal does not count
   */
  static boolean[] flags(ConfidentLearning learning, int[][] wanted) {
    LowestLeads lowest = new LowestLeads(learning, wanted);
    learning.rows().read(lowest::add);
    boolean[] flags = new boolean[learning.images()];
    for (int image : lowest.images) {
      flags[image] = true;
    }
    return flags;
  }

  private void add(int image, float[] values, int start) {
    int i = learning.given(image);
    double own = values[start + i];
    int[] most = wanted[i];
    for (int j = 0; j < most.length; j++) {
      if (j != i && most[j] > 0) {
        add(image, own - values[start + j], i, j);
      }
    }
  }

  /** Images come in ascending order, so of equal leads the first are kept. */
  private void add(int image, double lead, int i, int j) {
    int root = starts[i][j];
    int size = sizes[i][j];
    if (size < wanted[i][j]) {
      int at = size;
      while (at > 0 && precedes(root + (at - 1) / 2, lead, image)) {
        move(root + (at - 1) / 2, root + at);
        at = (at - 1) / 2;
      }
      put(root + at, lead, image);
      sizes[i][j]++;
    } else if (Double.compare(lead, leads[root]) < 0) {
      sink(root, size, lead, image);
    }
  }

  /** Replaces the root. */
  private void sink(int root, int size, double lead, int image) {
    int at = 0;
    for (int child = 1; child < size; child = 2 * at + 1) {
      if (child + 1 < size
          && precedes(root + child, leads[root + child + 1], images[root + child + 1])) {
        child++;
      }
      if (precedes(root + child, lead, image)) {
        break;
      }
      move(root + child, root + at);
      at = child;
    }
    put(root + at, lead, image);
  }

  /** Whether a place's image has a lower lead than another, or the same and comes first. */
  private boolean precedes(int place, double lead, int image) {
    int order = Double.compare(leads[place], lead);
    return order < 0 || (order == 0 && images[place] < image);
  }

  private void move(int from, int to) {
    put(to, leads[from], images[from]);
  }

  private void put(int place, double lead, int image) {
    leads[place] = lead;
    images[place] = image;
  }
}
