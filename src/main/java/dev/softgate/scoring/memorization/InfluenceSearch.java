package dev.softgate.scoring.memorization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds pairs of a training and a test image of one class, in which training on the first makes
 * networks predict the second right more often:
 *
 * <pre>
 * influence(i, j) = P[h(x′ⱼ) = y′ⱼ | i in the subset] − P[h(x′ⱼ) = y′ⱼ | i not in it]
 * </pre>
 *
 * <p>Source: Feldman and Zhang, <i>What Neural Networks Memorize and Why</i>, NeurIPS 2020,
 * equation 2. Differs: they list pairs above 0.15; here the bound is the least at which networks
 * whose subsets were exchanged at random would give {@value #FALSE_SHARE} of the pairs, at most.
 */
public final class InfluenceSearch {

  /** The share of the pairs above the bound that chance may account for. */
  public static final double FALSE_SHARE = 0.1;

  private static final int PERMUTATIONS = 20;
  private static final long[] NO_CANDIDATE = {};

  /** Bounds are multiples of 1 / this. */
  private static final int BINS = 1000;

  private final int[] given;
  private final int[] testLabels;
  private final List<BitSet> subsets = new ArrayList<>();
  private final List<BitSet> correct = new ArrayList<>();

  /**
   * A pair above the bound.
   *
   * @param train the place of the training image
   * @param test the place of the test image
   * @param influence in (0, 1]
   * @param error its standard error, as that of {@link SubsetEstimates#error}
   */
  public record Pair(int train, int test, double influence, double error) {}

  /**
   * What was found.
   *
   * @param pairs the most influential first; empty if there is no bound
   * @param bound the least influence of a pair; null if none keeps to the share of chance
   * @param compared the number of all pairs
   * @param byChance how many pairs above the bound exchanged subsets give, on average
   */
  public record Found(List<Pair> pairs, @Nullable Double bound, long compared, double byChance) {

    /** Copies the pairs. */
    public Found {
      pairs = List.copyOf(pairs);
    }
  }

  /**
   * A search without networks yet.
   *
   * @param given the labels of the training images, P
   * @param testLabels the labels of the test images, T
   */
  public InfluenceSearch(int[] given, int[] testLabels) {
    this.given = given.clone();
    this.testLabels = testLabels.clone();
  }

  /**
   * Adds a network.
   *
   * @param subset the places of the images that it was trained on
   * @param testLogits its predictions of the test images, T×K row by row
   * @param classes K
   */
  public void add(BitSet subset, float[] testLogits, int classes) {
    BitSet right = new BitSet(testLabels.length);
    for (int test = 0; test < testLabels.length; test++) {
      right.set(test, Argmax.of(testLogits, test * classes, classes) == testLabels[test]);
    }
    subsets.add((BitSet) subset.clone());
    correct.add(right);
  }

  /**
   * Compares all pairs of one class.
   *
   * @param candidate says by place whether to look at a training image
   */
  public Found find(IntPredicate candidate, long seed) {
    long[][] in = new long[given.length][];
    for (int train = 0; train < given.length; train++) {
      in[train] = candidate.test(train) ? networks(subsets, train) : NO_CANDIDATE;
    }
    long[] actual = new long[BINS + 1];
    long compared = count(in, correct, actual);
    long[] chance = new long[BINS + 1];
    SplittableRandom random = new SplittableRandom(seed);
    List<BitSet> exchanged = new ArrayList<>(correct);
    for (int permutation = 0; permutation < PERMUTATIONS; permutation++) {
      for (int i = exchanged.size() - 1; i > 0; i--) {
        int j = random.nextInt(i + 1);
        exchanged.set(i, exchanged.set(j, exchanged.get(i)));
      }
      count(in, exchanged, chance);
    }
    int bound = -1;
    long above = 0;
    long aboveByChance = 0;
    double byChance = 0;
    for (int bin = BINS; bin >= 1; bin--) {
      above += actual[bin];
      aboveByChance += chance[bin];
      double expected = (double) aboveByChance / PERMUTATIONS;
      if (above > 0 && expected <= FALSE_SHARE * above) {
        bound = bin;
        byChance = expected;
      }
    }
    return bound < 0
        ? new Found(List.of(), null, compared, 0)
        : new Found(pairs(in, bound), (double) bound / BINS, compared, byChance);
  }

  /** The networks that have a place, one bit each. */
  private static long[] networks(List<BitSet> each, int place) {
    BitSet networks = new BitSet(each.size());
    for (int network = 0; network < each.size(); network++) {
      networks.set(network, each.get(network).get(place));
    }
    return Arrays.copyOf(networks.toLongArray(), (each.size() + Long.SIZE - 1) / Long.SIZE);
  }

  /** Takes a pair that is compared. */
  @FunctionalInterface
  private interface Visitor {

    /** Counts of networks: with the training image, and of all, those right on the test image. */
    void pair(int train, int test, Counts counts);
  }

  /**
   * What a pair's influence is computed from.
   *
   * @param in networks trained on the image
   * @param out networks not trained on it
   * @param rightIn how many of {@code in} predict the test image right
   * @param rightOut how many of {@code out} do
   */
  private record Counts(int in, int out, int rightIn, int rightOut) {

    double influence() {
      return (double) rightIn / in - (double) rightOut / out;
    }

    double error() {
      return Math.sqrt(Proportion.variance(rightIn, in) + Proportion.variance(rightOut, out));
    }
  }

  private void visit(long[][] in, List<BitSet> right, Visitor visitor) {
    int networks = right.size();
    for (int test = 0; test < testLabels.length; test++) {
      long[] rightOf = networks(right, test);
      int all = 0;
      for (long word : rightOf) {
        all += Long.bitCount(word);
      }
      for (int train = 0; train < given.length; train++) {
        long[] own = in[train];
        if (own.length > 0 && given[train] == testLabels[test]) {
          int with = 0;
          int both = 0;
          for (int word = 0; word < own.length; word++) {
            with += Long.bitCount(own[word]);
            both += Long.bitCount(own[word] & rightOf[word]);
          }
          if (with > 0 && with < networks) {
            visitor.pair(train, test, new Counts(with, networks - with, both, all - both));
          }
        }
      }
    }
  }

  private long count(long[][] in, List<BitSet> right, long[] bins) {
    long[] compared = new long[1];
    visit(
        in,
        right,
        (train, test, counts) -> {
          compared[0]++;
          bins[bin(counts)]++;
        });
    return compared[0];
  }

  private static int bin(Counts counts) {
    return (int) Math.max(0, Math.floor(counts.influence() * BINS + 1e-9));
  }

  private List<Pair> pairs(long[][] in, int bound) {
    List<Pair> pairs = new ArrayList<>();
    visit(
        in,
        correct,
        (train, test, counts) -> {
          if (bin(counts) >= bound) {
            pairs.add(new Pair(train, test, counts.influence(), counts.error()));
          }
        });
    pairs.sort(
        (a, b) ->
            a.influence() != b.influence()
                ? Double.compare(b.influence(), a.influence())
                : a.train() != b.train()
                    ? Integer.compare(a.train(), b.train())
                    : Integer.compare(a.test(), b.test()));
    return pairs;
  }
}
