package dev.softgate.scoring.labels;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LabelFilterTest {

  /** A network of ten classes with a given accuracy, on labels with a given share of wrong ones. */
  private static ConfidentLearning network(double accuracy, double wrong, int images, long seed) {
    int classes = 10;
    Random random = new Random(seed);
    int[] given = new int[images];
    float[] probabilities = new float[images * classes];
    for (int i = 0; i < images; i++) {
      int truth = i % classes;
      given[i] =
          random.nextDouble() < wrong ? (truth + 1 + random.nextInt(classes - 1)) % classes : truth;
      // more confident predictions are more often right; otherwise the truth is the next guess
      double sureness = random.nextDouble();
      boolean right = random.nextDouble() < accuracy + (1 - accuracy) * Math.pow(sureness, 8);
      int predicted = right ? truth : (truth + 1 + random.nextInt(classes - 1)) % classes;
      float[] row = new float[classes];
      Arrays.fill(row, 0.01f);
      row[truth] = 0.05f;
      row[predicted] = (float) (0.2 + 0.6 * sureness);
      float sum = 0;
      for (float p : row) {
        sum += p;
      }
      for (int k = 0; k < classes; k++) {
        probabilities[i * classes + k] = row[k] / sum;
      }
    }
    return new ConfidentLearning(given, probabilities, classes, 2);
  }

  private static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }

  @Test
  void flagsAsManyAsTheJointEstimates() {
    ConfidentLearning learning = network(0.98, 0.3, 2_000, 1);
    boolean[] flags = LabelFilter.LOW_SELF_CONFIDENCE.flags(learning);
    double[] scores = learning.selfConfidence();
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    int k = (int) Math.round(learning.noiseRate() * 2_000);
    assertThat(count(flags)).isBetween(k * 9 / 10, k);
    for (int i = 0; i < flags.length; i++) {
      if (flags[i]) {
        assertThat(scores[i]).isLessThanOrEqualTo(sorted[k - 1]);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(LabelFilter.class)
  void neverFlagsPredictedLabels(LabelFilter filter) {
    ConfidentLearning learning = network(0.5, 0.3, 600, 2);
    boolean[] flags = filter.flags(learning);
    assertThat(count(flags)).isPositive();
    for (int i = 0; i < flags.length; i++) {
      assertThat(flags[i] && learning.agrees(i)).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(LabelFilter.class)
  void uniformProbabilitiesFlagNothing(LabelFilter filter) {
    int[] given = new int[30];
    Arrays.setAll(given, i -> i % 3);
    float[] probabilities = new float[90];
    Arrays.fill(probabilities, 1 / 3f);
    ConfidentLearning learning = new ConfidentLearning(given, probabilities, 3, 2);
    assertThat(filter.flags(learning)).containsOnly(false);
    assertThat(learning.noiseRate()).isZero();
    LabelIssues issues = LabelIssues.find(learning, filter);
    assertThat(issues.weakness()).isNotNull();
    assertThat(issues.noiseRate()).isNull();
  }

  @ParameterizedTest
  @EnumSource(LabelFilter.class)
  void handlesAnUnusedClass(LabelFilter filter) {
    ConfidentLearning learning =
        new ConfidentLearning(
            new int[] {1, 1, 1}, new float[] {0.1f, 0.9f, 0.9f, 0.1f, 0.2f, 0.8f}, 2, 2);
    boolean[] flags = filter.flags(learning);
    assertThat(flags[0] || flags[2]).isFalse();
    assertThat(learning.noiseRate()).isZero();
    assertThat(LabelIssues.find(learning, filter).suggested()).containsExactly(0, 0, 0);
  }

  /** Among images with equal probabilities, the stronger contradictions are flagged first. */
  @Test
  void breaksTiesByMarginAndOrder() {
    float[] rows = new float[3 * 40];
    int[] given = new int[40];
    for (int i = 0; i < 40; i++) {
      given[i] = i % 2;
      boolean wrong = i >= 36; // two of each class
      rows[3 * i + given[i]] = wrong ? 0 : 1;
      rows[3 * i + 1 - given[i]] = wrong ? 0.75f : 0;
      rows[3 * i + 2] = wrong ? 0.25f : 0;
    }
    rows[3 * 39] = 1;
    rows[3 * 39 + 2] = 0;
    ConfidentLearning learning = new ConfidentLearning(given, rows, 3, 2);
    boolean[] flags = LabelFilter.LOW_SELF_CONFIDENCE.flags(learning);
    assertThat(flags[39]).isTrue();
    assertThat(count(flags)).isEqualTo((int) Math.round(learning.noiseRate() * 40));
  }

  /** 40 % symmetric noise: a network with 0.6 accuracy on the given labels keeps its count. */
  @Test
  void distinguishesNoiseFromWeakness() {
    for (double wrong : new double[] {0.025, 0.2, 0.4}) {
      LabelIssues issues =
          LabelIssues.find(network(0.98, wrong, 4_000, 3), LabelFilter.LOW_SELF_CONFIDENCE);
      assertThat(issues.weakness()).isNull();
      assertThat(issues.noiseRate()).isBetween(wrong - 0.03, wrong + 0.04);
      assertThat(issues.count())
          .isBetween((int) (4_000 * (wrong - 0.03)), (int) (4_000 * (wrong + 0.04)));
    }
  }

  /** 800 images, 2.5 % wrong labels, a network that is right on 40 % of them. */
  @Test
  void distinguishesWeaknessFromNoise() {
    for (double wrong : new double[] {0, 0.025, 0.1}) {
      LabelIssues issues =
          LabelIssues.find(network(0.33, wrong, 800, 4), LabelFilter.LOW_SELF_CONFIDENCE);
      assertThat(issues.weakness()).contains("too weak to tell");
      assertThat(issues.count()).isNull();
      assertThat(issues.noiseRate()).isNull();
      assertThat(issues.flagged()).containsOnly(false);
      assertThat(issues.noiseByGiven()).containsOnly(Double.NaN);
    }
  }

  /** 300 images in 10 classes; 23 % are predicted as given, 30 % among the most confident. */
  @Test
  void rejectsANetworkWithoutAgreement() {
    int[] given = new int[300];
    float[] rows = new float[300 * 10];
    for (int i = 0; i < 300; i++) {
      int predicted = i % 10;
      int rank = i / 10; // rank among the images of that prediction, the most confident first
      boolean agrees = (rank == 0 && predicted < 9) || (rank >= 23 && rank < 29);
      given[i] = agrees ? predicted : (predicted + 1 + rank % 9) % 10;
      float most = 0.5f - 0.01f * rank;
      Arrays.fill(rows, 10 * i, 10 * i + 10, (1 - most) / 9);
      rows[10 * i + predicted] = most;
    }
    LabelIssues issues =
        LabelIssues.find(
            new ConfidentLearning(given, rows, 10, 2), LabelFilter.LOW_SELF_CONFIDENCE);
    assertThat(issues.weakness()).contains("it predicts 23 % of the given labels");
    assertThat(issues.noiseRate()).isNull();
  }

  /**
   * What 800 images with 2.5 % wrong labels and a network right on 59 % gave (results/label-flags).
   */
  @Test
  void uncertainEstimatesUseTheirLowerBound() {
    assertThat(new NetworkStrength(0.58, 0.80, 0.666, 0.629, 0.818).weakness()).isNotNull();
    assertThat(new NetworkStrength(0.58, 0.80, 0.666, 0.660, 0.818).weakness()).isNull();
    assertThat(new NetworkStrength(0.42, 0.56, 0.578, 0.523, 0.590).weakness())
        .as("800 images with 40 %% random labels: what disagrees is noise")
        .isNull();
  }

  @Test
  void lowerBoundRisesWithMoreImages() {
    NetworkStrength few = NetworkStrength.of(network(0.6, 0.1, 500, 5));
    NetworkStrength many = NetworkStrength.of(network(0.6, 0.1, 8_000, 5));

    double ofFew = few.accuracy() / few.leastAccuracy() - 1; // standard error over κ₁₀
    double ofMany = many.accuracy() / many.leastAccuracy() - 1;
    assertThat(ofMany).isPositive();
    assertThat(ofFew / ofMany).isBetween(2.5, 6.0); // √16 = 4, and κ₁₀ itself varies
  }

  @Test
  void namesMatchOptions() {
    assertThat(LabelFilter.PREDICTED_NEQ_GIVEN.text()).isEqualTo("predicted-neq-given");
  }
}
