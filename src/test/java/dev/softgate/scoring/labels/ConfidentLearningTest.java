package dev.softgate.scoring.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ConfidentLearningTest {

  /**
   * Thresholds 0.625 (mean of 0.875, 0.625, 0.25, 0.75) and 0.5 (mean of 0.75, 0.25, 0.5). Image 2
   * confidently belongs to class 1, image 5 to class 0; image 1 equals its threshold.
   */
  private static final ConfidentLearning TWO_CLASSES =
      new ConfidentLearning(
          new int[] {0, 0, 0, 0, 1, 1, 1},
          new float[] {
            0.875f, 0.125f, //
            0.625f, 0.375f, //
            0.25f, 0.75f, //
            0.75f, 0.25f, //
            0.25f, 0.75f, //
            0.75f, 0.25f, //
            0.5f, 0.5f
          },
          2,
          1);

  @Test
  void matchesHandComputation() {
    assertThat(TWO_CLASSES.thresholds()).containsExactly(0.625, 0.5);
    assertThat(TWO_CLASSES.confidentJoint()).isDeepEqualTo(new int[][] {{3, 1}, {1, 2}});
    assertThat(TWO_CLASSES.noiseRate()).isCloseTo(2 / 7.0, within(1e-12));
    assertThat(TWO_CLASSES.noiseByGiven()[0]).isCloseTo(1 / 4.0, within(1e-12));
    assertThat(TWO_CLASSES.noiseByGiven()[1]).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(TWO_CLASSES.selfConfidence())
        .containsExactly(0.875, 0.625, 0.25, 0.75, 0.75, 0.25, 0.5);
    assertThat(TWO_CLASSES.normalizedMargin())
        .containsExactly(0.875, 0.625, 0.25, 0.75, 0.75, 0.25, 0.5);
  }

  /**
   * Images below all thresholds are not counted, and each row of the joint is scaled to its images.
   */
  @Test
  void leavesOutUncertainImages() {
    ConfidentLearning three =
        new ConfidentLearning(
            new int[] {0, 0, 1, 1, 2},
            new float[] {
              0.75f, 0.25f, 0, //
              0.25f, 0.375f, 0.375f, // below 0.5, 0.625, 0.75
              0, 0.75f, 0.25f, //
              0.25f, 0.5f, 0.25f, //
              0.25f, 0, 0.75f
            },
            3,
            1);
    assertThat(three.thresholds()).containsExactly(0.5, 0.625, 0.75);
    assertThat(three.confidentJoint()).isDeepEqualTo(new int[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}});
    assertThat(three.joint()).isDeepEqualTo(new double[][] {{0.4, 0, 0}, {0, 0.4, 0}, {0, 0, 0.2}});
    assertThat(three.normalizedMargin()).containsExactly(0.75, 0.4375, 0.75, 0.625, 0.75);
  }

  /** If several thresholds are reached, the most probable class counts (eq. 1). */
  @Test
  void countsTheMostProbableClass() {
    ConfidentLearning collision =
        new ConfidentLearning(
            new int[] {0, 0, 1, 1},
            new float[] {0.25f, 0.75f, 0.5f, 0.5f, 0.5f, 0.5f, 0.875f, 0.125f},
            2,
            1);
    // thresholds 0.375 and 0.3125: images 1 and 2 reach both equally and keep their given labels
    assertThat(collision.confidentJoint()).isDeepEqualTo(new int[][] {{1, 1}, {1, 1}});
  }

  /** The paper's figure 1: dog, fox, cow. */
  @Test
  void matchesThePapersExample() {
    int[][] counts = {{100, 40, 20}, {56, 60, 0}, {32, 12, 80}};
    int[] given = new int[400];
    float[] probabilities = new float[400 * 3];
    int image = 0;
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        for (int n = 0; n < counts[i][j]; n++, image++) {
          given[image] = i;
          probabilities[image * 3 + j] = 1;
        }
      }
    }
    ConfidentLearning learning = new ConfidentLearning(given, probabilities, 3, 1);
    assertThat(learning.confidentJoint()).isDeepEqualTo(counts);
    double[][] joint = {{0.25, 0.1, 0.05}, {0.14, 0.15, 0}, {0.08, 0.03, 0.2}};
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(learning.joint()[i][j]).isCloseTo(joint[i][j], within(1e-12));
      }
    }
    assertThat(learning.noiseRate()).isCloseTo(0.4, within(1e-12));
  }

  /** Theorem 1: with the noise's own probabilities, the joint distribution is exact. */
  @Test
  void findsPlantedNoise() {
    Random random = new Random(1);
    int images = 3_000;
    float[][] noise = {{0.7f, 0.3f, 0}, {0, 0.9f, 0.1f}, {0, 0, 1}}; // true × given
    int[] given = new int[images];
    boolean[] wrong = new boolean[images];
    float[] probabilities = new float[images * 3];
    double[][] joint = new double[3][3];
    for (int i = 0; i < images; i++) {
      int truth = i % 3;
      given[i] = random.nextFloat() < noise[truth][truth] ? truth : truth + 1;
      wrong[i] = given[i] != truth;
      joint[given[i]][truth] += 1.0 / images;
      System.arraycopy(noise[truth], 0, probabilities, i * 3, 3);
    }
    ConfidentLearning learning = new ConfidentLearning(given, probabilities, 3, 1);
    assertThat(LabelFilter.CONFIDENT_LEARNING.flags(learning)).isEqualTo(wrong);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        assertThat(learning.joint()[i][j]).isCloseTo(joint[i][j], within(1e-9));
      }
    }
  }

  @Test
  void neverSuspectsUnusedClasses() {
    ConfidentLearning learning =
        new ConfidentLearning(
            new int[] {0, 1}, new float[] {0.25f, 0.25f, 0.5f, 0.25f, 0.5f, 0.25f}, 3, 1);
    assertThat(learning.thresholds()[2]).isNaN();
    assertThat(learning.confidentJoint())
        .isDeepEqualTo(new int[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 0}});
    assertThat(learning.joint()[2]).containsExactly(0, 0, 0);
    assertThat(learning.noiseRate()).isZero();
    assertThat(learning.noiseByGiven()[2]).isNaN();
  }

  @Test
  void rejectsMismatchedSizes() {
    assertRefused(new int[] {0}, new float[3], 2);
    assertRefused(new int[] {2}, new float[2], 2);
    assertRefused(new int[] {-1}, new float[2], 2);
    assertRefused(new int[] {0}, new float[1], 1);
    assertRefused(new int[0], new float[0], 2);
    assertRefused(new int[] {0}, new float[] {Float.NaN, 1}, 2);
    assertRefused(new int[] {0}, new float[] {1.5f, -0.5f}, 2);
    assertRefused(new int[] {0}, new float[] {0.5f, 0.25f}, 2);
  }

  @Test
  void namesInvalidRows() {
    float[] two = {0.25f, 0.75f, Float.NaN, 1};
    assertThat(ConfidentLearning.firstBadRow(two, 2)).isEqualTo(1);
    assertThatThrownBy(() -> new ConfidentLearning(new int[] {0, 1}, two, 2, 1))
        .hasMessageContaining("row 1");
    assertThat(ConfidentLearning.firstBadRow(new float[] {0.33f, 0.33f, 0.33f}, 3)).isEqualTo(-1);
  }

  /** Their images neither count nor set a threshold, and no image is assigned to them. */
  @Test
  void doesNotJudgeSmallClasses() {
    ConfidentLearning learning =
        new ConfidentLearning(
            new int[] {0, 0, 1, 1, 2},
            new float[] {
              0.75f, 0.25f, 0, //
              0, 0.25f, 0.75f, //
              0.25f, 0.75f, 0, //
              0.75f, 0.25f, 0, //
              1, 0, 0
            },
            3,
            2);
    assertThat(learning.judged()).containsExactly(true, true, false);
    assertThat(learning.confidentJoint())
        .isDeepEqualTo(new int[][] {{1, 0, 0}, {1, 1, 0}, {0, 0, 0}});
    assertThat(learning.noiseRate()).isCloseTo(0.25, within(1e-12));
    assertThat(learning.noiseByGiven()[2]).isNaN();
    LabelIssues issues = LabelIssues.find(learning, LabelFilter.PREDICTED_NEQ_GIVEN);
    assertThat(issues.suggested()).containsExactly(1, 2, 0, 0, -1);
    assertThat(LabelFilter.PREDICTED_NEQ_GIVEN.flags(learning))
        .containsExactly(false, true, false, true, false);
  }

  private static void assertRefused(int[] given, float[] probabilities, int classes) {
    assertThatThrownBy(() -> new ConfidentLearning(given, probabilities, classes, 1))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
