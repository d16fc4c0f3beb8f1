package dev.softgate.scoring.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The ascending order of values, in which equal values are known as tied. */
public final class Ranks {

  /** The image at each place. */
  final int[] order;

  /** Of each place, whether the next one's value is greater. */
  final boolean[] endsTie;

  /**
   * Sorts.
   *
   * @param values N, at least one; left as they are
   * @throws IllegalArgumentException if there are none, or one is not a number
   */
  public Ranks(double[] values) {
    if (values.length == 0 || Arrays.stream(values).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("no values, or one that is not a number");
    }
    order =
        IntStream.range(0, values.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> values[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    endsTie = new boolean[values.length];
    for (int place = 0; place < values.length; place++) {
      endsTie[place] =
          place == values.length - 1 || values[order[place]] < values[order[place + 1]];
    }
  }

  /** Of each value, its rank from 1 to N; tied ones share the mean of theirs. N. */
  public double[] midranks() {
    int[] once = new int[order.length];
    Arrays.fill(once, 1);
    return midranks(once);
  }

  /**
   * The midranks within a resample, in which each value occurs so many times.
   *
   * @param counts N, at least 0
   */
  double[] midranks(int[] counts) {
    double[] ranks = new double[order.length];
    long below = 0;
    long tied = 0;
    int first = 0;
    for (int place = 0; place < order.length; place++) {
      tied += counts[order[place]];
      if (endsTie[place]) {
        double rank = below + (tied + 1) / 2.0;
        for (; first <= place; first++) {
          ranks[order[first]] = rank;
        }
        below += tied;
        tied = 0;
      }
    }
    return ranks;
  }
}
