package dev.softgate.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SkipSearchTest {

  /**
   * One gate: images 0 and 1 are always right, image 2 only with the layers, image 3 only without.
   */
  private static SkipPaths oneGate() {
    float[] g = {0.1f, 0.4f, 0.6f, 0.9f};
    return new SkipPaths(
        new int[] {0, 1, 2, 3},
        List.of(
            new SkipPaths.Path(new int[] {0, 1, 0, 3}, List.of(g)),
            new SkipPaths.Path(new int[] {0, 1, 2, 0}, List.of(g))));
  }

  private static final SkipCost COST = new SkipCost(100, List.of(30L));

  @Test
  void appliesThresholdsPerImage() {
    assertThat(oneGate().at(0)).isEqualTo(new SkipOutcome(List.of(0.0), 0.75, List.of(0.0)));
    assertThat(oneGate().at(0.5)).isEqualTo(new SkipOutcome(List.of(0.5), 0.75, List.of(0.5)));
    assertThat(oneGate().at(0.7).accuracy()).isEqualTo(0.5);
    assertThat(oneGate().at(1)).isEqualTo(new SkipOutcome(List.of(1.0), 0.75, List.of(1.0)));
    assertThat(oneGate().at(0.4f).skipRates()).containsExactly(0.25); // equal to g passes
  }

  @Test
  void costsAreMeansOverImages() {
    assertThat(COST.macs(List.of(0.5))).isEqualTo(85);
    assertThat(COST.saved(List.of(0.5))).isCloseTo(0.15, within(1e-12));
    SkipCost two = new SkipCost(1000, List.of(300L, 200L));
    assertThat(two.macs(List.of(0.5, 1.0))).isEqualTo(650);
  }

  @Test
  void findsTheCheapestAccurateOutcome() {
    SkipSearch search = new SkipSearch(oneGate(), COST, 1);
    assertThat(search.cheapest(0.75).skipRates()).containsExactly(1.0);
    assertThat(search.mostAccurate().skipRates()).containsExactly(1.0);
    assertThat(search.cheapest(0.9)).isEqualTo(search.mostAccurate());
    assertThat(search.frontier(4))
        .extracting(outcome -> outcome.skipRates().get(0))
        .containsExactly(0.0, 0.25, 0.5, 0.75, 1.0);
  }

  @Test
  void findsTheMostAccurateSaving() {
    SkipSearch search = new SkipSearch(oneGate(), COST, 1);
    assertThat(search.mostAccurate(0.1).accuracy()).isEqualTo(0.75);
    assertThat(search.saved(search.mostAccurate(0.1))).isGreaterThanOrEqualTo(0.1);
    assertThat(search.mostAccurate(0.2).accuracy()).as("image 2 skips").isEqualTo(0.75);
    assertThat(search.mostAccurate(0.9).skipRates()).as("the most there is").containsExactly(1.0);
  }

  @Test
  void skipsGivenShares() {
    SkipSearch search = new SkipSearch(oneGate(), COST, 1);
    for (double share : new double[] {0, 0.25, 0.5, 0.75, 1}) {
      assertThat(search.atRates(share).skipRates()).containsExactly(share);
    }
    assertThat(new SkipSearch(oneGate(), COST, 0.7).atRates(1).skipRates())
        .as("no threshold beyond the greatest")
        .containsExactly(0.75);
  }

  /** Thresholds out of range are not offered, even if all images would skip at them. */
  @Test
  void thresholdsStayInRange() {
    SkipSearch search = new SkipSearch(oneGate(), COST, 0.7);
    assertThat(search.frontier(4))
        .allSatisfy(outcome -> assertThat(outcome.thresholds().get(0)).isBetween(0.0, 0.7));
  }

  /** Compares with following every image by hand, with gates whose g depends on the path. */
  @Test
  void followsSeveralGates() {
    Random random = new Random(5);
    int images = 50;
    int[] labels = random.ints(images, 0, 3).toArray();
    List<SkipPaths.Path> paths = new ArrayList<>();
    float[] first = g(random, images);
    List<float[]> second = List.of(g(random, images), g(random, images));
    for (int way = 0; way < 4; way++) {
      paths.add(
          new SkipPaths.Path(
              random.ints(images, 0, 3).toArray(), List.of(first, second.get(way & 1))));
    }
    SkipPaths all = new SkipPaths(labels, paths);
    double[] thresholds = {0.4, 0.6};
    int correct = 0;
    int skippedSecond = 0;
    for (int i = 0; i < images; i++) {
      int usesFirst = first[i] >= 0.4 ? 1 : 0;
      int usesSecond = second.get(usesFirst)[i] >= 0.6 ? 1 : 0;
      skippedSecond += 1 - usesSecond;
      correct += paths.get(usesFirst + 2 * usesSecond).predicted()[i] == labels[i] ? 1 : 0;
    }
    assertThat(all.at(thresholds).accuracy()).isEqualTo(correct / 50.0);
    assertThat(all.at(thresholds).skipRates().get(1)).isEqualTo(skippedSecond / 50.0);

    SkipCost cost = new SkipCost(1000, List.of(300L, 310L));
    SkipSearch search = new SkipSearch(all, cost, 1);
    assertThat(search.cheapest(0).skipRates()).containsExactly(1.0, 1.0);
    assertThat(search.atRates(0.2, 0.7).skipRates()).containsExactly(0.2, 0.7);
    List<SkipOutcome> frontier = search.frontier(20);
    assertThat(frontier.size()).isGreaterThan(10);
    for (int i = 1; i < frontier.size(); i++) {
      assertThat(cost.saved(frontier.get(i).skipRates()))
          .isGreaterThan(cost.saved(frontier.get(i - 1).skipRates()));
    }
  }

  private static float[] g(Random random, int count) {
    float[] g = new float[count];
    IntStream.range(0, count).forEach(i -> g[i] = random.nextFloat());
    return g;
  }

  @Test
  void rejectsPathsOfDifferentImages() {
    SkipPaths.Path path = new SkipPaths.Path(new int[2], List.of(new float[2]));
    SkipPaths.Path other = new SkipPaths.Path(new int[3], List.of(new float[2]));
    assertThatThrownBy(() -> new SkipPaths(new int[2], List.of(path)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SkipPaths(new int[2], List.of(path, other)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new SkipPaths(new int[0], List.of(path, path)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
