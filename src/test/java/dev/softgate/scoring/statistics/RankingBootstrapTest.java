package dev.softgate.scoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankingBootstrapTest {

  /**
   * Φ(1/√2): the AUROC of two normal distributions whose means are one standard deviation apart.
   */
  private static final double AUROC_ONE_APART = 0.7602499389065233;

  @Test
  void intervalsCoverTheTruth() {
    Random random = new Random(1);
    boolean[] wrong = RankingTest.wrong(200, random);
    int covered = 0;
    for (int trial = 0; trial < 400; trial++) {
      Ranking ranking = new Ranking(scores(wrong, 1, random), wrong);
      Estimate auroc =
          new RankingBootstrap(List.of(ranking), 500, trial).estimate(0, RankingMetrics::auroc);
      assertThat(auroc.value()).isEqualTo(ranking.metrics().auroc());
      covered += auroc.low() <= AUROC_ONE_APART && AUROC_ONE_APART <= auroc.high() ? 1 : 0;
    }
    assertThat(covered / 400.0).isBetween(0.91, 0.98);
  }

  /** The difference of similar scores is less uncertain than each score. */
  @Test
  void differencesArePaired() {
    Random random = new Random(2);
    boolean[] wrong = RankingTest.wrong(500, random);
    double[] first = scores(wrong, 1, random);
    double[] second = first.clone();
    Arrays.setAll(second, i -> first[i] + 0.1 * random.nextGaussian());
    double[] worse = Arrays.stream(first).map(s -> s + 2 * random.nextGaussian()).toArray();
    RankingBootstrap bootstrap =
        new RankingBootstrap(
            List.of(
                new Ranking(first, wrong), new Ranking(second, wrong), new Ranking(worse, wrong)),
            300,
            1);
    Estimate alone = bootstrap.estimate(0, RankingMetrics::auroc);
    Estimate difference = bootstrap.difference(0, 1, RankingMetrics::auroc);
    assertThat(difference.high() - difference.low())
        .isPositive()
        .isLessThan((alone.high() - alone.low()) / 4);
    assertThat(bootstrap.difference(0, 2, RankingMetrics::auroc).low()).isPositive();
    assertThat(bootstrap.difference(1, 1, RankingMetrics::averagePrecision))
        .isEqualTo(new Estimate(0, 0, 0));
  }

  @Test
  void dependsOnTheSeed() {
    Random random = new Random(3);
    boolean[] wrong = RankingTest.wrong(100, random);
    List<Ranking> rankings = List.of(new Ranking(scores(wrong, 1, random), wrong));
    Estimate one = new RankingBootstrap(rankings, 50, 1).estimate(0, RankingMetrics::bestF1);
    assertThat(new RankingBootstrap(rankings, 50, 1).estimate(0, RankingMetrics::bestF1))
        .isEqualTo(one);
    assertThat(new RankingBootstrap(rankings, 50, 2).estimate(0, RankingMetrics::bestF1))
        .isNotEqualTo(one);
  }

  /**
   * Three wrong labels among 300, one of them first: recall of the first image varies by thirds.
   */
  @Test
  void resamplesKeepTheNumberOfWrongLabels() {
    boolean[] wrong = new boolean[300];
    double[] scores = new double[300];
    Arrays.setAll(scores, i -> i);
    wrong[0] = true;
    wrong[1] = true;
    wrong[299] = true;
    RankingBootstrap bootstrap =
        new RankingBootstrap(List.of(new Ranking(scores, wrong, 3)), 500, 1);
    Estimate recall = bootstrap.estimate(0, metrics -> metrics.top().get(0).recall());
    assertThat(recall).isEqualTo(new Estimate(2 / 3.0, 0, 1));
  }

  @Test
  void rejectsRankingsOfDifferentLabels() {
    Ranking ranking = new Ranking(new double[3], new boolean[] {true, false, false});
    for (boolean[] other :
        List.of(new boolean[] {false, true, false}, new boolean[] {true, false, false, false})) {
      Ranking different = new Ranking(new double[other.length], other);
      assertThatThrownBy(() -> new RankingBootstrap(List.of(ranking, different), 1, 1))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  /** Right labels score higher by {@code apart} standard deviations. */
  private static double[] scores(boolean[] wrong, double apart, Random random) {
    double[] scores = new double[wrong.length];
    Arrays.setAll(scores, i -> random.nextGaussian() + (wrong[i] ? 0 : apart));
    return scores;
  }
}
