package dev.softgate.scoring.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** The ascending order of values, with ties marked. */
public final class Ranks {

  /** The image at each place. */
  final int[] order;

  /** For each place, whether the next value is greater. */
  final boolean[] endsTie;

  /**
   * Sorts the values.
   *
   * @param values N, at least one; not modified
   * @throws IllegalArgumentException if there are no values or one is NaN
   */
  public Ranks(double[] values) {
    if (values.length == 0 || Arrays.stream(values).anyMatch(Double::isNaN)) {
      throw new IllegalArgumentException("ranks need at least one value, and none may be NaN");
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

  /** The ranks from 1 to N, one for each value; ties share their mean rank. */
  public double[] midranks() {
    return midranks(once());
  }

  /** The counts of a sample that contains each value once. */
  int[] once() {
    return IntStream.range(0, order.length).map(i -> 1).toArray();
  }

  /**
   * The midranks within a resample.
   *
   * @param counts N, how often each value occurs
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
