package dev.softgate.subsets;

import dev.softgate.scoring.memorization.SubsetEstimates;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.Ranking;
import dev.softgate.scoring.statistics.RankingBootstrap;
import dev.softgate.scoring.statistics.RankingMetrics;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How networks treat labels that are known to be wrong, such as planted ones.
 *
 * @param images how many given labels are wrong, of images with a memorization
 * @param givenBack how often networks that were trained on such an image predict its given label: a
 *     training is long enough to memorize where this is near 1
 * @param aurocMemorization the probability that a wrong label has a greater memorization than a
 *     right one, with the 95 % interval over images
 * @param aurocMemorizationProbability the same of {@code memorization_probability}
 * @param aurocHeldOutProbability the probability that it has a lower {@code held_out_probability}
 */
public record KnownWrongLabels(
    int images,
    double givenBack,
    Estimate aurocMemorization,
    Estimate aurocMemorizationProbability,
    Estimate aurocHeldOutProbability) {

  private static final int RESAMPLES = 400;

  /** Compares wrong labels with right ones; null if the images do not have both. */
  static @Nullable KnownWrongLabels of(
      int[] given, int @Nullable [] clean, SubsetEstimates estimates, long seed) {
    if (clean == null) {
      return null;
    }
    int[] known =
        IntStream.range(0, given.length)
            .filter(image -> !Double.isNaN(estimates.memorization(image)))
            .toArray();
    boolean[] wrong = new boolean[known.length];
    int count = 0;
    double givenBack = 0;
    for (int i = 0; i < known.length; i++) {
      wrong[i] = given[known[i]] != clean[known[i]];
      count += wrong[i] ? 1 : 0;
      givenBack += wrong[i] ? estimates.trainedAccuracy(known[i]) : 0;
    }
    if (count == 0 || count == known.length) {
      return null;
    }
    RankingBootstrap bootstrap =
        new RankingBootstrap(
            List.of(
                ranking(known, wrong, image -> -estimates.memorization(image)),
                ranking(known, wrong, image -> -estimates.probability(image)),
                ranking(known, wrong, estimates::heldOutProbability)),
            RESAMPLES,
            seed);
    return new KnownWrongLabels(
        count,
        givenBack / count,
        bootstrap.estimate(0, RankingMetrics::auroc),
        bootstrap.estimate(1, RankingMetrics::auroc),
        bootstrap.estimate(2, RankingMetrics::auroc));
  }

  private static Ranking ranking(int[] known, boolean[] wrong, IntToDoubleFunction suspicion) {
    return new Ranking(IntStream.of(known).mapToDouble(suspicion).toArray(), wrong);
  }
}
