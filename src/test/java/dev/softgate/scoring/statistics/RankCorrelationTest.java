package dev.softgate.scoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RankCorrelationTest {

  @Test
  void matchesHandComputation() {
    double[] y = {20, 10, 40, 30, 50};
    assertThat(of(new double[] {1, 2, 3, 4, 5}, y)).isCloseTo(1 - 6 * 4 / 120.0, within(1e-15));
    assertThat(of(y, y)).isEqualTo(1);
    assertThat(of(y, new double[] {4, 5, 2, 3, 1})).isEqualTo(-1);
  }

  /** Ranks 1, 2.5, 2.5, 4 and 1, 3, 2, 4: deviations −1.5 0 0 1.5 and −1.5 0.5 −0.5 1.5. */
  @Test
  void tiesShareTheirMeanRank() {
    double[] tied = {7, 8, 8, 9};
    assertThat(new Ranks(tied).midranks()).containsExactly(1, 2.5, 2.5, 4);
    assertThat(of(tied, new double[] {1, 3, 2, 4}))
        .isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(1e-15));
  }

  @Test
  void constantHasNoCorrelation() {
    RankCorrelation constant = new RankCorrelation(new double[3], new double[] {1, 2, 3});
    assertThat(constant.value()).isNaN();
    assertThat(constant.bootstrap(10, 1).low()).isNaN();
  }

  /** With two images, every second resample repeats one of them. */
  @Test
  void redrawsConstantResamples() {
    Estimate estimate =
        new RankCorrelation(new double[] {1, 2}, new double[] {1, 2}).bootstrap(100, 1);
    assertThat(estimate).isEqualTo(new Estimate(1, 1, 1));
  }

  /** For normal variables with correlation r, Spearman's is 6/π·asin(r/2). */
  @Test
  void intervalsCoverTheTruth() {
    Random random = new Random(1);
    double truth = 6 / Math.PI * Math.asin(0.5 / 2);
    int covered = 0;
    for (int trial = 0; trial < 400; trial++) {
      double[] x = random.doubles(150).map(u -> random.nextGaussian()).toArray();
      double[] y = new double[x.length];
      Arrays.setAll(y, i -> 0.5 * x[i] + Math.sqrt(0.75) * random.nextGaussian());
      Estimate estimate = new RankCorrelation(x, y).bootstrap(500, trial);
      covered += estimate.low() <= truth && truth <= estimate.high() ? 1 : 0;
    }
    assertThat(covered / 400.0).isBetween(0.91, 0.98);
  }

  @Test
  void dependsOnTheSeed() {
    Random random = new Random(2);
    RankCorrelation correlation =
        new RankCorrelation(random.doubles(50).toArray(), random.doubles(50).toArray());
    assertThat(correlation.bootstrap(50, 1))
        .isEqualTo(correlation.bootstrap(50, 1))
        .isNotEqualTo(correlation.bootstrap(50, 2));
  }

  @Test
  void rejectsDifferentLengths() {
    assertThatThrownBy(() -> of(new double[2], new double[3]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> of(new double[0], new double[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static double of(double[] x, double[] y) {
    return new RankCorrelation(x, y).value();
  }
}
