package dev.softgate.scoring.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class InfluenceSearchTest {

  private static final int NETWORKS = 70; // more than a word of bits
  private static final int IMAGES = 40;
  private static final int TESTS = 30;

  private final Random random = new Random(1);
  private final int[] given = random.ints(IMAGES, 0, 2).toArray();
  private final int[] labels = random.ints(TESTS, 0, 2).toArray();
  private final List<BitSet> subsets = new ArrayList<>();
  private final List<boolean[]> right = new ArrayList<>();

  /**
   * Random predictions, but that of test image 3 is right if, and only if, its pair is trained on.
   */
  private InfluenceSearch search(int influential) {
    InfluenceSearch search = new InfluenceSearch(given, labels);
    for (int network = 0; network < NETWORKS; network++) {
      BitSet subset = new BitSet();
      for (int image = 0; image < IMAGES; image++) {
        subset.set(image, random.nextDouble() < 0.7);
      }
      boolean[] own = new boolean[TESTS];
      float[] logits = new float[2 * TESTS];
      for (int test = 0; test < TESTS; test++) {
        own[test] =
            (test == 3 && influential >= 0) ? subset.get(influential) : random.nextDouble() < 0.6;
        logits[2 * test + (own[test] ? labels[test] : 1 - labels[test])] = 1;
      }
      subsets.add(subset);
      right.add(own);
      search.add(subset, logits, 2);
    }
    return search;
  }

  private double influence(int train, int test) {
    double[] sums = new double[2];
    int[] counts = new int[2];
    for (int network = 0; network < NETWORKS; network++) {
      int with = subsets.get(network).get(train) ? 1 : 0;
      counts[with]++;
      sums[with] += right.get(network)[test] ? 1 : 0;
    }
    return sums[1] / counts[1] - sums[0] / counts[0];
  }

  private int imageOfClass(int label) {
    int image = 0;
    while (given[image] != label) {
      image++;
    }
    return image;
  }

  @Test
  void findsThePairThatInfluencesAndNoOther() {
    int image = imageOfClass(labels[3]);
    InfluenceSearch.Found found = search(image).find(train -> true, 1);
    assertThat(found.pairs()).isNotEmpty();
    InfluenceSearch.Pair first = found.pairs().get(0);
    assertThat(first.train()).isEqualTo(image);
    assertThat(first.test()).isEqualTo(3);
    assertThat(first.influence()).isEqualTo(1);
    assertThat(first.error()).isBetween(0.01, 0.1);
    assertThat(found.byChance()).isLessThanOrEqualTo(0.1 * found.pairs().size());
    for (InfluenceSearch.Pair pair : found.pairs()) {
      assertThat(given[pair.train()]).isEqualTo(labels[pair.test()]);
      assertThat(pair.influence())
          .isCloseTo(influence(pair.train(), pair.test()), within(1e-12))
          .isGreaterThanOrEqualTo(found.bound());
    }
    long compared = 0;
    for (int label : labels) {
      for (int own : given) {
        compared += own == label ? 1 : 0;
      }
    }
    assertThat(found.compared()).isEqualTo(compared);
  }

  @Test
  void findsNoneWhereThereIsNoInfluence() {
    InfluenceSearch.Found found = search(-1).find(train -> true, 1);
    assertThat(found.compared()).isPositive();
    assertThat(found.pairs().size()).as("as few as chance gives").isLessThanOrEqualTo(2);
  }

  @Test
  void looksOnlyAtCandidates() {
    int image = imageOfClass(labels[3]);
    InfluenceSearch.Found found = search(image).find(train -> train != image, 1);
    assertThat(found.pairs()).noneMatch(pair -> pair.train() == image);
  }
}
