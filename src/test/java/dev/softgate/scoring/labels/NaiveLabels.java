package dev.softgate.scoring.labels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The rules of {@link LabelFilter} and the figures of {@link NetworkStrength} with all
 * probabilities in an array, by sorting whole classes: slow, and close to the definitions.
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record NaiveLabels(int[] given, float[] rows, int classes, int fewest) {

  private static final double EQUAL = ConfidentLearning.EQUAL;

  private double p(int image, int label) {
    return rows[image * classes + label];
  }

  private int[] images(IntPredicate which) {
    return IntStream.range(0, given.length).filter(which).toArray();
  }

  private int[] given(int label) {
    return images(i -> given[i] == label);
  }

  private boolean judged(int image) {
    return given(given[image]).length >= fewest;
  }

  private int other(int image) {
    return IntStream.range(0, classes)
        .filter(k -> k != given[image])
        .boxed()
        .max(
            Comparator.<Integer>comparingDouble(k -> p(image, k))
                .thenComparing(Comparator.reverseOrder()))
        .orElseThrow();
  }

  private boolean agrees(int image) {
    return p(image, given[image]) >= p(image, other(image)) - EQUAL;
  }

  private double margin(int image) {
    return (1 + p(image, given[image]) - p(image, other(image))) / 2;
  }

  private int confident(int image) {
    int own = given[image];
    double[] least = new double[classes];
    for (int k = 0; k < classes; k++) {
      double sum = 0;
      int[] all = given(k);
      for (int i : all) {
        sum += p(i, k);
      }
      least[k] = all.length >= fewest ? sum / all.length : Double.NaN;
    }
    int best = judged(image) && p(image, own) >= least[own] - EQUAL ? own : -1;
    for (int j = 0; j < classes && judged(image); j++) {
      if (p(image, j) >= least[j] - EQUAL
          && (best < 0 || p(image, j) > p(image, best) + (best == own ? EQUAL : 0))) {
        best = j;
      }
    }
    return best;
  }

  private int[][] confidentJoint() {
    int[][] joint = new int[classes][classes];
    for (int i : images(i -> confident(i) >= 0)) {
      joint[given[i]][confident(i)]++;
    }
    return joint;
  }

  private int[][] calibrated() {
    int[][] joint = confidentJoint();
    for (int i = 0; i < classes; i++) {
      int own = given(i).length;
      joint[i][i] = Math.max(1, joint[i][i]);
      double scale = (double) own / Arrays.stream(joint[i]).sum();
      double[] exact = Arrays.stream(joint[i]).mapToDouble(count -> count * scale).toArray();
      int[] row = Arrays.stream(exact).mapToInt(count -> (int) Math.rint(count)).toArray();
      int excess = Arrays.stream(row).sum() - own;
      List<Integer> order = new ArrayList<>(IntStream.range(0, classes).boxed().toList());
      order.sort(Comparator.comparingDouble(j -> (exact[j] - row[j]) * (excess > 0 ? 1 : -1)));
      order.subList(0, Math.abs(excess)).forEach(j -> row[j] -= Integer.signum(excess));
      joint[i] = row;
    }
    return joint;
  }

  private double noiseRate() {
    double wrong = 0;
    int[][] joint = confidentJoint();
    for (int i = 0; i < classes; i++) {
      double sum = Arrays.stream(joint[i]).sum();
      for (int j = 0; j < classes && given(i).length >= fewest; j++) {
        wrong += i == j ? 0 : joint[i][j] / sum * given(i).length / images(this::judged).length;
      }
    }
    return wrong;
  }

  private void take(boolean[] flags, int[] images, long count, IntToDoubleFunction... scores) {
    Comparator<Integer> order = Comparator.comparingDouble(scores[0]::applyAsDouble);
    for (IntToDoubleFunction next : Arrays.asList(scores).subList(1, scores.length)) {
      order = order.thenComparingDouble(next::applyAsDouble);
    }
    Arrays.stream(images)
        .boxed()
        .sorted(order)
        .limit(Math.max(0, count))
        .forEach(i -> flags[i] = true);
  }

  private boolean[] candidates(LabelFilter filter) {
    boolean[] flags = new boolean[given.length];
    int[] judged = images(this::judged);
    long most = Math.round(noiseRate() * judged.length);
    switch (filter) {
      case LOW_SELF_CONFIDENCE -> take(flags, judged, most, i -> p(i, given[i]), this::margin);
      case LOW_NORMALIZED_MARGIN -> take(flags, judged, most, this::margin);
      case PRUNE_BY_CLASS -> {
        int[][] counts = calibrated();
        for (int k = 0; k < classes; k++) {
          int[] own = given(k);
          take(flags, own, own.length - Math.max(1, counts[k][k]), i -> p(i, given[i]));
        }
      }
      case PRUNE_BY_NOISE_RATE -> {
        int[][] counts = calibrated();
        for (int k = 0; k < classes; k++) {
          for (int j = 0; j < classes; j++) {
            int other = j;
            take(flags, given(k), j == k ? 0 : counts[k][j], i -> p(i, given[i]) - p(i, other));
          }
        }
      }
      case BOTH -> {
        boolean[] rate = candidates(LabelFilter.PRUNE_BY_NOISE_RATE);
        boolean[] byClass = candidates(LabelFilter.PRUNE_BY_CLASS);
        for (int i : images(i -> rate[i] && byClass[i])) {
          flags[i] = true;
        }
      }
      case CONFIDENT_LEARNING -> {
        for (int i : images(i -> confident(i) >= 0 && confident(i) != given[i])) {
          flags[i] = true;
        }
      }
      case PREDICTED_NEQ_GIVEN -> Arrays.fill(flags, true);
      case NOISE_MODEL, EVEN_NOISE -> throw new IllegalArgumentException("has no naive form");
    }
    return flags;
  }

  boolean[] flags(LabelFilter filter) {
    boolean[] flags = candidates(filter);
    for (int i : images(i -> !judged(i) || agrees(i))) {
      flags[i] = false;
    }
    return flags;
  }

  private int predicted(int image) {
    return IntStream.range(0, classes)
        .boxed()
        .max(
            Comparator.<Integer>comparingDouble(k -> p(image, k))
                .thenComparing(Comparator.reverseOrder()))
        .orElseThrow();
  }

  private double agreement(int[] images) {
    double agreed = 0;
    for (int image : images) {
      double own = p(image, given[image]);
      long ties = IntStream.range(0, classes).filter(k -> p(image, k) >= own - EQUAL).count();
      agreed += agrees(image) ? 1.0 / ties : 0;
    }
    return agreed;
  }

  /** Agreement, κ₁₀ and nearness, the figures that the others are made of. */
  double[] strength() {
    int[] judged = images(this::judged);
    double all = Math.max(1, judged.length);
    double chance = 0;
    double agreed = 0;
    double sure = 0;
    for (int k = 0; k < classes; k++) {
      int label = k;
      int[] own = images(i -> judged(i) && predicted(i) == label);
      chance += (double) images(i -> judged(i) && given[i] == label).length * own.length;
      agreed += agreement(own);
      if (own.length > 0) {
        double[] sorted = Arrays.stream(own).mapToDouble(i -> p(i, label)).sorted().toArray();
        double least = sorted[own.length - 1 - (own.length - 1) / 10];
        int[] top =
            Arrays.stream(own)
                .boxed()
                .filter(i -> p(i, label) >= least)
                .sorted(Comparator.comparingDouble(i -> -p(i, label)))
                .mapToInt(Integer::intValue)
                .toArray();
        sure += agreement(top) / top.length * own.length;
      }
    }
    chance /= all * all;
    double nearness =
        Arrays.stream(judged)
            .filter(i -> !agrees(i) && classes > 2)
            .mapToDouble(
                i -> {
                  double below = -0.5;
                  for (int k = 0; k < classes; k++) {
                    below += Double.compare(p(i, given[i]), p(i, k)) / 2.0 + 0.5;
                  }
                  return below / (classes - 2);
                })
            .average()
            .orElse(0.5);
    return new double[] {agreed / all, (sure / all - chance) / (1 - chance), nearness};
  }
}
