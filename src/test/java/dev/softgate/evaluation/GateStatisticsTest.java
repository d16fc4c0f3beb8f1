package dev.softgate.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class GateStatisticsTest {

  /** Two classes, the first of which is predicted for every image. */
  private static Predictions predictions(int[] labels, float[] g) {
    int images = labels.length;
    float[] logits = new float[2 * images];
    for (int i = 0; i < images; i++) {
      logits[2 * i] = 1;
    }
    return new Predictions(
        new int[images],
        labels,
        2,
        logits,
        List.of(new GateValues("b3", g, new float[] {0.5f, 0, 0, 0.25f, 0}, logits)),
        null);
  }

  @Test
  void computesQuartilesAndMeans() {
    GateStatistics statistics =
        Objects.requireNonNull(
            GateStatistics.of(
                predictions(
                    new int[] {0, 1, 0, 1, 0}, new float[] {0.5f, 0.25f, 0.75f, 0.125f, 1})));
    assertThat(statistics)
        .isEqualTo(new GateStatistics(0.125, 0.25, 0.5, 0.75, 1, 0.75, 0.1875, 0.15));
    assertThat(
            Objects.requireNonNull(
                    GateStatistics.of(
                        new Predictions(
                            new int[2],
                            new int[2],
                            2,
                            new float[4],
                            List.of(
                                new GateValues(
                                    "b3", new float[] {1, 0}, new float[2], new float[4])),
                            null)))
                .firstQuartile())
        .isCloseTo(0.25, within(1e-12));
  }

  @Test
  void meanOfNoImagesIsNull() {
    GateStatistics statistics =
        Objects.requireNonNull(
            GateStatistics.of(predictions(new int[5], new float[] {0, 0, 0.5f, 1, 1})));
    assertThat(statistics.meanOfCorrect()).isEqualTo(0.5);
    assertThat(statistics.meanOfWrong()).isNull();
  }

  @Test
  void isNullWithoutAGate() {
    assertThat(
            GateStatistics.of(
                new Predictions(new int[1], new int[1], 2, new float[2], List.of(), null)))
        .isNull();
  }
}
