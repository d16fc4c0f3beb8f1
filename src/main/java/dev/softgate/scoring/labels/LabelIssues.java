package dev.softgate.scoring.labels;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a network's probabilities say of given labels: which are flagged, what the images are
 * instead, how many labels are wrong.
 *
 * @param flagged whether each label seems wrong, N; none where the network is too weak to tell
 * @param suggested the most probable class but for the given one, N; −1 where the image is not
 *     judged
 * @param noiseRate the estimated share of wrong labels among the judged images; null where the
 *     network is too weak to tell, or no image is judged
 * @param noiseByGiven the same among the images given each class, K; not a number where not known
 * @param judged whether each class has images enough to be judged, K
 * @param weakness why the network is too weak to tell; null where it is not
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record LabelIssues(
    boolean[] flagged,
    int[] suggested,
    @Nullable Double noiseRate,
    double[] noiseByGiven,
    boolean[] judged,
    @Nullable String weakness) {

  /** Applies a rule to what confident learning estimates. */
  public static LabelIssues find(ConfidentLearning learning, LabelFilter filter) {
    String weakness = NetworkStrength.of(learning).weakness();
    int[] suggested = new int[learning.images()];
    for (int i = 0; i < suggested.length; i++) {
      suggested[i] = learning.isJudged(i) ? learning.mostProbableOther(i) : -1;
    }
    boolean[] judged = learning.judged();
    if (weakness != null) {
      double[] unknown = new double[judged.length];
      Arrays.fill(unknown, Double.NaN);
      return new LabelIssues(
          new boolean[suggested.length], suggested, null, unknown, judged, weakness);
    }
    return new LabelIssues(
        filter.flags(learning),
        suggested,
        learning.noiseRate(),
        learning.noiseByGiven(),
        judged,
        null);
  }

  /** How many labels are flagged; null where the network is too weak to tell. */
  public @Nullable Integer count() {
    if (weakness != null) {
      return null;
    }
    int count = 0;
    for (boolean flag : flagged) {
      count += flag ? 1 : 0;
    }
    return count;
  }
}
