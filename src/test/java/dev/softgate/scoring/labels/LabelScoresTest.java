package dev.softgate.scoring.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Values of three epochs (rows) for a few images (columns). */
class LabelScoresTest {

  @Test
  void gateScoresMatchHandComputation() {
    float[][] g = {{0, 0.5f}, {1, 0.5f}, {0.5f, 0.75f}};
    assertThat(LabelScores.gateLast(g)).containsExactly(0.5, 0.25);
    assertScores(LabelScores.gateMean(g), 0.5, 1 - 1.75 / 3);
    assertScores(LabelScores.gateArea(g), 1 - (0.5 + 0.75) / 2, 1 - (0.5 + 0.625) / 2);
    assertThat(LabelScores.gateArea(new float[][] {{0.25f}})).containsExactly(0.75);
  }

  @Test
  void rejectsGatesOutOfRange() {
    for (float g : new float[] {-0.1f, 1.1f, Float.NaN}) {
      float[][] epochs = {{g}, {0.5f}};
      assertThatThrownBy(() -> LabelScores.gateMean(epochs))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(g));
    }
  }

  /** Probabilities ½ and ¼ and ⅛: geometric mean ¼, mean 7/24. */
  @Test
  void lossScoresMatchHandComputation() {
    float ln2 = (float) Math.log(2);
    float[][] losses = {{ln2, 0}, {2 * ln2, 0}, {3 * ln2, Float.POSITIVE_INFINITY}};
    assertScores(LabelScores.meanLoss(losses), 0.25, 0);
    assertScores(LabelScores.cartographyConfidence(losses), 7 / 24.0, 2 / 3.0);
    double variance = (0.25 + 1 / 16.0 + 1 / 64.0) / 3 - 49 / 576.0;
    assertScores(
        LabelScores.cartographyVariability(losses), 2 * Math.sqrt(variance), 2 * Math.sqrt(2) / 3);
  }

  @Test
  void marginScoresMatchHandComputation() {
    float[][] margins = {{1, -30, 0}, {2, -60, 4}, {3, 0, -4}};
    assertScores(LabelScores.aum(margins), 1 / (1 + Math.exp(-2)), 1 / (1 + Math.exp(30)), 0.5);
  }

  /** Four epochs allow two events, so an image that was never learned counts three. */
  @Test
  void forgettingMatchesHandComputation() {
    boolean[][] correct = {
      {true, true, true, false, false},
      {true, false, false, false, true},
      {true, true, true, false, true},
      {true, true, false, false, false}
    };
    assertScores(LabelScores.forgetting(correct), 1, 2 / 3.0, 1 / 3.0, 0, 2 / 3.0);
    boolean[][] once = {{true, false}};
    assertThat(LabelScores.forgetting(once)).containsExactly(1, 0);
  }

  @Test
  void errorNormsMatchHandComputation() {
    float greatest = Math.nextUp((float) Math.sqrt(2)); // as float16 might round it
    assertScores(
        LabelScores.el2n(new float[][] {{0, 0, greatest}, {0, 1, greatest}}),
        1,
        1 - 0.5 / Math.sqrt(2),
        0);
  }

  /** The image that is worse in each epoch scores lower, and all scores stay in [0, 1]. */
  @Test
  void scoresAreMonotone() {
    Random random = new Random(1);
    float[][] low = new float[7][50];
    float[][] high = new float[7][50];
    for (int epoch = 0; epoch < 7; epoch++) {
      for (int i = 0; i < 50; i++) {
        low[epoch][i] = random.nextFloat() * 0.9f;
        high[epoch][i] = low[epoch][i] + 0.05f + 0.05f * random.nextFloat();
      }
    }
    List<Function<float[][], double[]>> falling =
        List.of(
            LabelScores::gateLast,
            LabelScores::gateMean,
            LabelScores::gateArea,
            LabelScores::meanLoss,
            LabelScores::cartographyConfidence,
            LabelScores::el2n);
    for (Function<float[][], double[]> score : falling) {
      assertBelow(score.apply(high), score.apply(low));
    }
    assertBelow(LabelScores.aum(low), LabelScores.aum(high));
  }

  private static void assertBelow(double[] worse, double[] better) {
    for (int i = 0; i < worse.length; i++) {
      assertThat(worse[i]).isBetween(0.0, 1.0).isLessThan(better[i]);
      assertThat(better[i]).isBetween(0.0, 1.0);
    }
  }

  @Test
  void rejectsEpochsOfDifferentImages() {
    for (float[][] epochs : List.of(new float[0][], new float[2][0], new float[][] {{0, 0}, {0}})) {
      for (Function<float[][], double[]> score :
          List.<Function<float[][], double[]>>of(
              LabelScores::gateMean,
              LabelScores::gateArea,
              LabelScores::meanLoss,
              LabelScores::cartographyConfidence)) {
        assertThatThrownBy(() -> score.apply(epochs)).isInstanceOf(IllegalArgumentException.class);
      }
    }
    assertThatThrownBy(() -> LabelScores.gateLast(new float[0][]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> LabelScores.forgetting(new boolean[][] {{true}, {}}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertScores(double[] actual, double... expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < expected.length; i++) {
      assertThat(actual[i]).as("image %d", i).isCloseTo(expected[i], within(1e-6));
    }
  }
}
