package dev.softgate.scoring.statistics;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/**
 * Bootstrap intervals for the measures of several scores of the same images.
 *
 * <p>The bootstrap is stratified: each resample draws, with replacement, the original number of
 * wrong labels from the wrong ones and of right labels from the right ones. The number of wrong
 * labels is a fact about the data set; a score should not be uncertain about it. Precision and F1
 * depend on it, and three wrong labels among a thousand would be absent from a twentieth of all
 * plain resamples.
 *
 * <p>All scores use the same resamples, so differences between scores are paired. A resample is a
 * count for each image: a score is sorted once, and each resample costs one pass over it.
 *
 * <p>The interval covers other images, not other trainings. For those, repeat with several seeds.
 */
public final class RankingBootstrap {

  private final List<RankingMetrics> measured;

  /** The metrics by resample and ranking. */
  private final RankingMetrics[][] resampled;

  /**
   * Draws the resamples and measures every score on each.
   *
   * @param rankings at least one, all with the same images and the same wrong labels
   * @param resamples at least 1
   * @throws IllegalArgumentException if images or wrong labels differ
   */
  public RankingBootstrap(List<Ranking> rankings, int resamples, long seed) {
    int[] wrong = rankings.get(0).imagesWhere(true);
    int[] right = rankings.get(0).imagesWhere(false);
    for (Ranking ranking : rankings) {
      if (!Arrays.equals(ranking.imagesWhere(true), wrong)
          || !Arrays.equals(ranking.imagesWhere(false), right)) {
        throw new IllegalArgumentException("the rankings differ in images or wrong labels");
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

  /** Returns one measure of one score, given by its index. */
  public Estimate estimate(int ranking, ToDoubleFunction<RankingMetrics> measure) {
    return Estimate.percentile(
        measure.applyAsDouble(measured.get(ranking)),
        Arrays.stream(resampled).mapToDouble(of -> measure.applyAsDouble(of[ranking])).toArray());
  }

  /** Returns the first score's measure minus the second's. */
  public Estimate difference(int first, int second, ToDoubleFunction<RankingMetrics> measure) {
    return Estimate.percentile(
        measure.applyAsDouble(measured.get(first)) - measure.applyAsDouble(measured.get(second)),
        Arrays.stream(resampled)
            .mapToDouble(of -> measure.applyAsDouble(of[first]) - measure.applyAsDouble(of[second]))
            .toArray());
  }
}
