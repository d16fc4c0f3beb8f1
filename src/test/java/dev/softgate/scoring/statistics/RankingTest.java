package dev.softgate.scoring.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RankingTest {

  private static final double[] SCORES = {0.5, 0.2, 0.1, 0.4, 0.2};
  private static final boolean[] WRONG = {true, false, true, false, true};

  /** In ascending order of the score: wrong; one wrong and one right tied; right; wrong. */
  @Test
  void measuresMatchHandComputation() {
    RankingMetrics metrics = new Ranking(SCORES, WRONG, 1, 2, 5).metrics();
    assertThat(metrics.auroc()).isCloseTo(3.5 / 6, within(1e-15));
    assertThat(metrics.averagePrecision()).isCloseTo((1 + 2 / 3.0 + 3 / 5.0) / 3, within(1e-15));
    assertThat(metrics.bestF1()).isEqualTo(6 / 8.0);
    assertThat(metrics.top())
        .containsExactly(
            new RankingMetrics.TopK(1, 1, 1 / 3.0, 2 / 4.0),
            new RankingMetrics.TopK(2, 0.75, 0.5, 3 / 5.0),
            new RankingMetrics.TopK(5, 0.6, 1, 6 / 8.0));
  }

  @Test
  void operatingPointsMatchHandComputation() {
    assertThat(new Ranking(SCORES, WRONG).operatingPoints(100))
        .containsExactly(
            new OperatingPoint(0, 0, 0, 1),
            new OperatingPoint(1, 1 / 3.0, 0, 1),
            new OperatingPoint(3, 2 / 3.0, 0.5, 2 / 3.0),
            new OperatingPoint(4, 2 / 3.0, 1, 0.5),
            new OperatingPoint(5, 1, 1, 0.6));
  }

  /** AUROC by counting pairs, AP and F1 by trying each score as threshold, with many ties. */
  @Test
  void measuresMatchTheirDefinitions() {
    Random random = new Random(3);
    for (int images = 2; images < 60; images++) {
      double[] scores = random.ints(images, 0, 1 + images / 2).mapToDouble(i -> i / 7.0).toArray();
      boolean[] wrong = wrong(images, random);
      RankingMetrics metrics = new Ranking(scores, wrong).metrics();
      double pairs = 0;
      for (int i = 0; i < images; i++) {
        for (int j = 0; j < images; j++) {
          if (wrong[i] && !wrong[j]) {
            pairs += scores[i] < scores[j] ? 1 : scores[i] > scores[j] ? 0 : 0.5;
          }
        }
      }
      int positives = count(wrong);
      assertThat(metrics.auroc())
          .isCloseTo(pairs / positives / (images - positives), within(1e-12));

      double averagePrecision = 0;
      double bestF1 = 0;
      double recallBefore = 0;
      for (double threshold : Arrays.stream(scores).distinct().sorted().toArray()) {
        int flagged = 0;
        int found = 0;
        for (int i = 0; i < images; i++) {
          flagged += scores[i] <= threshold ? 1 : 0;
          found += scores[i] <= threshold && wrong[i] ? 1 : 0;
        }
        double precision = (double) found / flagged;
        double recall = (double) found / positives;
        averagePrecision += (recall - recallBefore) * precision;
        bestF1 = Math.max(bestF1, found == 0 ? 0 : 2 / (1 / precision + 1 / recall));
        recallBefore = recall;
      }
      assertThat(metrics.averagePrecision()).isCloseTo(averagePrecision, within(1e-12));
      assertThat(metrics.bestF1()).isCloseTo(bestF1, within(1e-12));
    }
  }

  @Test
  void dependsOnlyOnTheOrder() {
    Random random = new Random(4);
    double[] scores = random.ints(200, 0, 40).mapToDouble(i -> i / 40.0).toArray();
    boolean[] wrong = wrong(200, random);
    RankingMetrics metrics = new Ranking(scores, wrong, 10, 50).metrics();
    double[] transformed = Arrays.stream(scores).map(s -> Math.exp(3 * s) - 1).toArray();
    assertThat(new Ranking(transformed, wrong, 10, 50).metrics()).isEqualTo(metrics);

    double[] reversed = new double[200];
    boolean[] reversedWrong = new boolean[200];
    double[] negative = new double[200];
    for (int i = 0; i < 200; i++) {
      reversed[i] = scores[199 - i];
      reversedWrong[i] = wrong[199 - i];
      negative[i] = -scores[i];
    }
    assertThat(new Ranking(reversed, reversedWrong, 10, 50).metrics()).isEqualTo(metrics);
    assertThat(new Ranking(negative, wrong).metrics().auroc())
        .isCloseTo(1 - metrics.auroc(), within(1e-12));
  }

  @Test
  void measuresPerfectAndUselessScores() {
    boolean[] wrong = {true, false, false, true, false};
    double[] best = {0, 1, 1, 0, 1};
    assertThat(new Ranking(best, wrong, 2).metrics())
        .isEqualTo(new RankingMetrics(1, 1, 1, List.of(new RankingMetrics.TopK(2, 1, 1, 1))));
    RankingMetrics constant = new Ranking(new double[5], wrong, 1).metrics();
    assertThat(constant.auroc()).isEqualTo(0.5);
    assertThat(constant.averagePrecision()).isCloseTo(0.4, within(1e-15));
    assertThat(constant.top().get(0).precision()).isCloseTo(0.4, within(1e-15));
  }

  /** A resample by counts equals the ranking of the drawn images. */
  @Test
  void countsRepeatedImages() {
    Random random = new Random(5);
    for (int trial = 0; trial < 50; trial++) {
      double[] scores = random.ints(40, 0, 15).asDoubleStream().toArray();
      boolean[] wrong = wrong(40, random);
      int[] drawn = IntStream.range(0, 40).map(i -> drawLike(wrong, wrong[i], random)).toArray();
      int[] counts = new int[40];
      Arrays.stream(drawn).forEach(i -> counts[i]++);
      double[] drawnScores = Arrays.stream(drawn).mapToDouble(i -> scores[i]).toArray();
      RankingMetrics expected = new Ranking(drawnScores, wrong, 3, 20).metrics();
      assertThat(new Ranking(scores, wrong, 3, 20).metrics(counts)).isEqualTo(expected);
    }
  }

  private static int drawLike(boolean[] wrong, boolean kind, Random random) {
    int image;
    do {
      image = random.nextInt(wrong.length);
    } while (wrong[image] != kind);
    return image;
  }

  @Test
  void thinnedCurvesKeepTheirArea() {
    Random random = new Random(6);
    boolean[] wrong = wrong(20_000, random);
    double[] scores = new double[wrong.length];
    Arrays.setAll(scores, i -> random.nextGaussian() - (wrong[i] ? 1.5 : 0));
    Ranking ranking = new Ranking(scores, wrong);
    List<OperatingPoint> all = ranking.operatingPoints(1_000_000);
    List<OperatingPoint> few = ranking.operatingPoints(100);
    assertThat(all).hasSize(20_001).containsAll(few);
    assertThat(few.size()).isBetween(90, 101);
    assertThat(few.get(few.size() - 1).flagged()).isEqualTo(20_000);
    assertThat(areaUnderRoc(all)).isCloseTo(ranking.metrics().auroc(), within(1e-12));
    assertThat(areaUnderRoc(few)).isCloseTo(ranking.metrics().auroc(), within(1e-3));
  }

  private static double areaUnderRoc(List<OperatingPoint> points) {
    double area = 0;
    for (int i = 1; i < points.size(); i++) {
      OperatingPoint from = points.get(i - 1);
      OperatingPoint to = points.get(i);
      area +=
          (to.falsePositiveRate() - from.falsePositiveRate()) * (to.recall() + from.recall()) / 2;
    }
    return area;
  }

  @Test
  void rejectsInvalidRankings() {
    assertRefused(new double[2], new boolean[] {true, false, true});
    assertRefused(new double[2], new boolean[2]);
    assertRefused(new double[2], new boolean[] {true, true});
    assertRefused(new double[] {0, Double.NaN}, new boolean[] {true, false});
    assertRefused(new double[2], new boolean[] {true, false}, 0);
    assertRefused(new double[2], new boolean[] {true, false}, 3);
    assertRefused(new double[2], new boolean[] {true, false}, 2, 1);
  }

  private static void assertRefused(double[] scores, boolean[] wrong, int... cutoffs) {
    assertThatThrownBy(() -> new Ranking(scores, wrong, cutoffs))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** At least one of each kind. */
  static boolean[] wrong(int images, Random random) {
    boolean[] wrong = new boolean[images];
    for (int i = 1; i < images - 1; i++) {
      wrong[i] = random.nextInt(3) == 0;
    }
    wrong[0] = true;
    return wrong;
  }

  private static int count(boolean[] wrong) {
    return (int) IntStream.range(0, wrong.length).filter(i -> wrong[i]).count();
  }
}
