package dev.softgate.scoring.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.scoring.statistics.Ranking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ConsensusTest {

  private static final int IMAGES = 20_000;

  /** 20% wrong. */
  private static final boolean[] WRONG = new boolean[IMAGES];

  static {
    for (int i = 0; i < IMAGES; i += 5) {
      WRONG[i] = true;
    }
  }

  /**
   * Independent scores get weights proportional to AUROC − ½, and the result is better than each.
   */
  @Test
  void weighsIndependentScoresByQuality() {
    List<double[]> scores = scores(new Random(1), 0.3, 0.8, 1.2, 1.6, 0);
    Consensus consensus = new Consensus(scores);
    double[] knowledge = scores.stream().mapToDouble(s -> auroc(s) - 0.5).toArray();
    double sum = Arrays.stream(knowledge).filter(k -> k > 0).sum();
    for (int i = 0; i < knowledge.length; i++) {
      assertThat(consensus.weights()[i]).isCloseTo(knowledge[i] / sum, within(0.03));
    }
    assertThat(auroc(consensus.scores())).isGreaterThan(knowledge[3] + 0.5 + 0.02);
    assertThat(Arrays.stream(consensus.scores())).allMatch(score -> score > 0 && score < 1);
  }

  @Test
  void ignoresAContradictingScore() {
    List<double[]> scores = scores(new Random(2), 1, 1.2, 1.4, -1);
    Consensus consensus = new Consensus(scores);
    assertThat(consensus.weights()[3]).isZero();
    assertThat(Arrays.stream(consensus.weights()).sum()).isCloseTo(1, within(1e-12));

    List<double[]> reversed = new ArrayList<>(scores);
    reversed.add(0, reversed.remove(3));
    assertThat(new Consensus(reversed).weights()[0]).isZero();
    assertThat(auroc(new Consensus(reversed).scores()))
        .isCloseTo(auroc(consensus.scores()), within(1e-6));
  }

  @Test
  void dependsOnlyOnTheOrder() {
    List<double[]> scores = scores(new Random(3), 0.5, 1, 1.5);
    List<double[]> transformed = new ArrayList<>(scores);
    transformed.set(1, Arrays.stream(scores.get(1)).map(Math::exp).toArray());
    assertThat(new Consensus(transformed).scores()).isEqualTo(new Consensus(scores).scores());
  }

  /** Three scores determine v: c₁₂ = v₁·v₂ and so on, so v₁² = c₁₂·c₁₃ / c₂₃. */
  @Test
  void matchesHandComputation() {
    // ranks scaled to (0, 1), minus ½: ±2/5, ±1/5, 0
    double[] first = {1, 2, 3, 4, 5};
    double[] second = {1, 3, 4, 2, 5};
    double[] third = {2, 4, 1, 3, 5};
    // sums of products in 25ths: 12: 4+0+0−1+4 = 7; 13: 2−1+0+0+4 = 5; 23: 2+0−2+0+4 = 4
    double[] v = {Math.sqrt(7.0 * 5 / 4), Math.sqrt(7.0 * 4 / 5), Math.sqrt(5.0 * 4 / 7)};
    Consensus consensus = new Consensus(List.of(first, second, third));
    for (int i = 0; i < 3; i++) {
      assertThat(consensus.weights()[i]).isCloseTo(v[i] / Arrays.stream(v).sum(), within(1e-9));
    }
    assertThat(consensus.scores()[4]).isCloseTo(0.9, within(1e-12));
    assertThat(consensus.scores()[0])
        .isCloseTo(0.1 + 0.2 * v[2] / Arrays.stream(v).sum(), within(1e-9));
  }

  /**
   * A score that agrees with others that hardly agree with one another would get all of the weight
   * (16·16/8 = 32 of a variance of 20). The bound limits it to its variance, and the others keep
   * their part.
   */
  @Test
  void boundsSharedVariance() {
    double[] first = {1, 2, 3, 4};
    double[] second = {1, 3, 2, 4};
    double[] third = {2, 1, 3, 4};
    // bound v₁ = √20; v₂ minimizes (16 − √20·v₂)² + (8 − v₂·v₃)², and v₃ = v₂ by symmetry
    double[] weights = new Consensus(List.of(first, second, third)).weights();
    double v = weights[1] / weights[0] * Math.sqrt(20);
    assertThat(weights[2]).isCloseTo(weights[1], within(1e-9));
    assertThat(v).isCloseTo((16 * Math.sqrt(20) + 8 * v) / (20 + v * v), within(1e-6));
  }

  @Test
  void rejectsScoresThatCannotAgree() {
    double[] up = {1, 2, 3};
    assertRefused(List.of(up, up));
    assertRefused(List.of(up, up, new double[2]));
    assertRefused(List.of(up, up, new double[] {1, 2, Double.NaN}));
    assertRefused(List.of(new double[3], new double[3], new double[3]));
  }

  private static void assertRefused(List<double[]> scores) {
    assertThatThrownBy(() -> new Consensus(scores)).isInstanceOf(IllegalArgumentException.class);
  }

  /** Scores whose right labels are higher by given numbers of standard deviations. */
  private static List<double[]> scores(Random random, double... apart) {
    List<double[]> scores = new ArrayList<>();
    for (double by : apart) {
      double[] score = new double[IMAGES];
      Arrays.setAll(score, i -> random.nextGaussian() + (WRONG[i] ? 0 : by));
      scores.add(score);
    }
    return scores;
  }

  private static double auroc(double[] scores) {
    return new Ranking(scores, WRONG).metrics().auroc();
  }
}
