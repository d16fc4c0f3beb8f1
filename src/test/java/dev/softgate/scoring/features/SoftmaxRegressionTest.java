package dev.softgate.scoring.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SoftmaxRegressionTest {

  private static final int[] LABELS = {
    2, 1, 1, 1, 1, 2, 1, 0, 0, 2, 1, 2, 1, 2, 1, 0, 1, 1, 1, 0, 0, 2, 2, 0, 2, 1, 2, 1, 0, 1
  };

  /** Row i, column j: ((7i + 5ij + 3i² + j²) mod 13) / 4 − 1.5. */
  private static Features small() {
    float[] values = new float[30 * 3];
    for (int i = 0; i < 30; i++) {
      for (int j = 0; j < 3; j++) {
        values[i * 3 + j] = (i * 7 + j * i * 5 + i * i * 3 + j * j) % 13 / 4f - 1.5f;
      }
    }
    return new Features(30, 3, values);
  }

  /** The numbers of scikit-learn 1.9.1: {@code LogisticRegression(C=0.5, tol=1e-10)}. */
  @Test
  void equalsScikitLearn() {
    double[] weights = {
      -0.553879251416012, 0.5742361000895638, 0.13983640506523845, -0.38177878053614156,
      0.7309728928308474, 0.47387003374956477, -0.12453083273804777, 0.5905499184681587,
      -0.17709364141483572, -1.0481061338391284, -0.015305572327190783, -0.20877113793201665
    };
    float[] probabilities = {
      0.14193827f, 0.070674434f, 0.7873873f,
      0.69301564f, 0.24900955f, 0.0579748f,
      0.12572068f, 0.8554819f, 0.018797373f
    };
    int[] all = IntStream.range(0, 30).toArray();

    SoftmaxRegression fitted =
        SoftmaxRegression.fit(new SoftmaxRegression.Problem(small(), all, LABELS, 3, 0.5), 1e-7);

    assertThat(fitted.weights()).containsExactly(weights, within(1e-5));
    assertThat(fitted.probabilities(small(), new int[] {0, 7, 29}))
        .containsExactly(probabilities, within(1e-5f));
  }

  @Test
  void manyTilesEqualOneSum() {
    Random random = new Random(3);
    int rows = 3 * FeatureTile.SIZE + 5;
    int dimensions = 6; // not a multiple of four
    float[] values = new float[rows * dimensions];
    int[] labels = new int[rows];
    for (int i = 0; i < rows; i++) {
      for (int c = 0; c < dimensions; c++) {
        values[i * dimensions + c] = (float) random.nextGaussian();
      }
      labels[i] = values[i * dimensions] + random.nextGaussian() > 0 ? 1 : 0;
    }
    Features features = new Features(rows, dimensions, values);
    int[] odd = IntStream.range(0, rows).filter(i -> i % 2 == 1).toArray();
    double[] weights =
        SoftmaxRegression.fit(new SoftmaxRegression.Problem(features, odd, labels, 2, 0.1), 1e-7)
            .weights();

    double[] gradient = new double[weights.length]; // of the sum, which is zero at the minimum
    for (int i : odd) {
      double[] logits = new double[2];
      for (int k = 0; k < 2; k++) {
        logits[k] = weights[k * 7 + 6];
        for (int c = 0; c < dimensions; c++) {
          logits[k] += weights[k * 7 + c] * values[i * dimensions + c];
        }
      }
      double first = 1 / (1 + Math.exp(logits[1] - logits[0]));
      double[] derivatives = {first - (labels[i] == 0 ? 1 : 0), 1 - first - labels[i]};
      for (int k = 0; k < 2; k++) {
        for (int c = 0; c < dimensions; c++) {
          gradient[k * 7 + c] += derivatives[k] * values[i * dimensions + c];
        }
        gradient[k * 7 + 6] += derivatives[k];
      }
    }
    for (int i = 0; i < gradient.length; i++) {
      double penalty = i % 7 == 6 ? 0 : weights[i] / 0.1;
      assertThat(gradient[i] + penalty).isCloseTo(0, within(5e-3)); // floats, of 386 rows
    }
  }
}
