package dev.softgate.scoring.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Bootstrap intervals of the measures of several scores of the same images.
 *
 * <p>Stratified: each resample draws with replacement as many wrong labels from the wrong ones, and
 * right ones from the right ones, as there are. How many labels are wrong is a fact about the data
 * set, planted or counted, not something that a score is to be uncertain about; precision and F1
 * depend on it, and three wrong labels among a thousand would be absent from a twentieth of all
 * plain resamples.
 *
 * <p>All scores see the same resamples, so differences between scores are paired. A resample is a
 * count for each image: a score is sorted once, and each resample costs one pass over it.
 *
 * <p>The interval speaks of other images, not of other trainings: for those, repeat over seeds.
 */
public final class RankingBootstrap {

  private final List<RankingMetrics> measured;

  /** Resample by resample. */
  private final RankingMetrics[][] resampled;

  /**
   * Draws the resamples and measures every score on each.
   *
   * @param rankings of the same images and the same wrong labels, at least one
   * @param resamples at least 1
   * @throws IllegalArgumentException if they are not of the same images and wrong labels
   */
  public RankingBootstrap(List<Ranking> rankings, int resamples, long seed) {
    int[] wrong = rankings.get(0).imagesWhere(true);
    int[] right = rankings.get(0).imagesWhere(false);
    for (Ranking ranking : rankings) {
      if (!Arrays.equals(ranking.imagesWhere(true), wrong)
          || !Arrays.equals(ranking.imagesWhere(false), right)) {
        throw new IllegalArgumentException("rankings of different images or wrong labels");
      }
    }
    measured = rankings.stream().map(Ranking::metrics).toList();
    resampled = new RankingMetrics[resamples][];
    SplittableRandom random = new SplittableRandom(seed);
    int[] counts = new int[rankings.get(0).images()];
    for (int resample = 0; resample < resamples; resample++) {
      Arrays.fill(counts, 0);
      draw(wrong, counts, random);
      draw(right, counts, random);
      resampled[resample] =
          rankings.stream().map(r -> r.metrics(counts)).toArray(RankingMetrics[]::new);
    }
  }

  private static void draw(int[] images, int[] counts, SplittableRandom random) {
    for (int i = 0; i < images.length; i++) {
      counts[images[random.nextInt(images.length)]]++;
    }
  }

  /** One measure of one score, by its place in the list. */
  public Estimate estimate(int ranking, ToDoubleFunction<RankingMetrics> measure) {
    return Estimate.percentile(
        measure.applyAsDouble(measured.get(ranking)),
        Arrays.stream(resampled).mapToDouble(of -> measure.applyAsDouble(of[ranking])).toArray());
  }

  /** By how much the first score's measure is greater than the second's. */
  public Estimate difference(int first, int second, ToDoubleFunction<RankingMetrics> measure) {
    return Estimate.percentile(
        measure.applyAsDouble(measured.get(first)) - measure.applyAsDouble(measured.get(second)),
        Arrays.stream(resampled)
            .mapToDouble(of -> measure.applyAsDouble(of[first]) - measure.applyAsDouble(of[second]))
            .toArray());
  }
}
