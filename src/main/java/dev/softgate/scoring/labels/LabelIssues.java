package dev.softgate.scoring.labels;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The label issues that a network's probabilities reveal: the flagged images, their suggested
 * classes, and the estimated number of wrong labels.
 *
 * @param flagged whether each label seems wrong, N; all false if the network is too weak
 * @param suggested the most probable class other than the given one, N; −1 if the image is not
 *     judged
 * @param suggestedProbability the probability of the suggested class, N; NaN if the image is not
 *     judged
 * @param noiseRate the estimated share of wrong labels among the judged images; null if the network
 *     is too weak or no image is judged
 * @param mostNoise what the confident joint estimates where the rule's share is a lower bound; null
 *     for other rules
 * @param noiseByGiven {@code noiseRate} among the images labeled with each class, K; NaN if unknown
 * @param judged whether each class has enough images to be judged, K
 * @param weakness why the network is too weak to find wrong labels; null if it is not
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record LabelIssues(
    boolean[] flagged,
    int[] suggested,
    double[] suggestedProbability,
    @Nullable Double noiseRate,
    @Nullable Double mostNoise,
    double[] noiseByGiven,
    boolean[] judged,
    @Nullable String weakness) {

  /** Applies a rule to the estimates of confident learning. */
  public static LabelIssues find(ConfidentLearning learning, LabelFilter filter) {
    NetworkStrength strength = NetworkStrength.of(learning);
    String weakness =
        filter == LabelFilter.EVEN_NOISE // it tells mistakes apart itself
            ? strength.ignorance()
            : strength.weakness();
    int[] suggested = new int[learning.images()];
    double[] probability = new double[suggested.length];
    for (int i = 0; i < suggested.length; i++) {
      suggested[i] = learning.isJudged(i) ? learning.mostProbableOther(i) : -1;
      probability[i] = suggested[i] < 0 ? Double.NaN : learning.ofMostProbableOther(i);
    }
    boolean[] judged = learning.judged();
    if (weakness != null) {
      double[] unknown = new double[judged.length];
      Arrays.fill(unknown, Double.NaN);
      return new LabelIssues(
          new boolean[suggested.length],
          suggested,
          probability,
          null,
          null,
          unknown,
          judged,
          weakness);
    }
    EvenNoise even = filter == LabelFilter.EVEN_NOISE ? EvenNoise.of(learning) : null;
    boolean[] named = even == null ? null : even.named(learning);
    return new LabelIssues(
        named == null
            ? filter.flags(learning)
            : LabelFilter.select(learning, image -> named[image]),
        suggested,
        probability,
        even == null ? learning.noiseRate() : even.rate(),
        even == null ? null : Math.max(even.rate(), learning.noiseRate()),
        even == null ? learning.noiseByGiven() : even.rateByGiven(learning),
        judged,
        null);
  }

  /** The number of flagged labels; null if the network is too weak. */
  public @Nullable Integer count() {
    return weakness != null
        ? null
        : (int) IntStream.range(0, flagged.length).filter(i -> flagged[i]).count();
  }
}
