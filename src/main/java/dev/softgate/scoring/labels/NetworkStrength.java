package dev.softgate.scoring.labels;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether a network knows enough to tell wrong labels from its own mistakes, judged from its
 * probabilities and the given labels alone.
 *
 * <p>Confident learning takes every confident contradiction for a wrong label, so a network that is
 * right on 40 % of the images reports half of the labels. Agreement with the given labels does not
 * reveal such a network: a perfect one agrees with 60 % of the labels when 40 % of them are wrong.
 * But a network is right about the images of which it is most confident, and there only the labels
 * can be wrong. So let κ be the agreement with the given labels beyond chance (Cohen's κ), and κ₁₀
 * the same over the most confident tenth of each predicted class. Wrong labels lower both; the
 * network's mistakes lower κ alone. Hence {@code accuracy} = κ / κ₁₀ estimates the accuracy on
 * right labels.
 *
 * <p>The estimate is too low where people err on hard images. {@code nearness} corrects it: how
 * highly the network ranks a given label that it does not predict among the K−1 others, from 0 to
 * 1. A random wrong label ranks anywhere (0.5 on average); a right label that the network missed is
 * its next guess (0.75 to 0.9 on CIFAR-10).
 *
 * <p>κ₁₀ of few images is uncertain: with 800 images it rests on 80. So where the given labels are
 * the next guesses (nearness of 0.66 or more), which is what a network's own mistakes look like,
 * {@code leastAccuracy} decides: κ / (κ₁₀ + its standard error).
 *
 * <p>The network is too weak if one of these holds:
 *
 * <ul>
 *   <li>The accuracy that decides, less (nearness − ½) / 2, is below 0.49.
 *   <li>{@code confidentAgreement} is below 0.56 although the given labels are the next guesses, or
 *       below 0.2 in any case.
 *   <li>κ is below 0.18. A perfect network has κ = 0.2 with two classes and 40 % wrong labels, and
 *       0.33 with ten classes and 60 %.
 * </ul>
 *
 * <p>Source: our own. The thresholds and what they decide on 100 networks: results/label-flags,
 * decision 0032.
 *
 * @param agreement share of the judged labels that the network predicts
 * @param confidentAgreement κ₁₀
 * @param accuracy κ / κ₁₀, at most 1; 0 where κ₁₀ is not above 0
 * @param leastAccuracy the same with κ₁₀ one standard error higher
 * @param nearness mean rank of the given labels that are not predicted, from 0 to 1; 0.5 where
 *     there are none or K = 2
 */
public record NetworkStrength(
    double agreement,
    double confidentAgreement,
    double accuracy,
    double leastAccuracy,
    double nearness) {

  private static final int SUREST = 10; // one tenth
  private static final double LEAST_STRENGTH = 0.49;
  private static final double LEAST_CONFIDENT_AGREEMENT = 0.56;
  private static final double NEXT_GUESSES = 0.66;
  private static final double NOTHING = 0.2;
  private static final double LEAST_AGREEMENT = 0.18;

  /** Measures a network on the judged labels. */
  public static NetworkStrength of(ConfidentLearning learning) {
    int classes = learning.classes();
    int[] counts = learning.counts();
    ImageGroups predicted = ImageGroups.of(learning.judgedImages(), classes, learning::predicted);
    int all = Math.max(1, predicted.images());
    double chance = 0;
    double agreed = 0;
    double confidentAgreed = 0;
    double spread = 0; // Σ n²/m: the variance of a sum over classes whose means are of m images
    for (int k = 0; k < classes; k++) {
      int[] own = predicted.of(k);
      chance += (learning.judged()[k] ? counts[k] : 0) * (double) own.length;
      agreed += agreement(learning, own);
      if (own.length > 0) {
        int[] top = mostConfident(learning, own);
        confidentAgreed += agreement(learning, top) / top.length * own.length;
        spread += (double) own.length * own.length / top.length;
      }
    }
    chance /= (double) all * all;
    double kappa = (agreed / all - chance) / (1 - chance);
    double confident = (confidentAgreed / all - chance) / (1 - chance);
    double rate = confidentAgreed / all;
    double error = Math.sqrt(rate * (1 - rate) * spread) / all / (1 - chance);
    return new NetworkStrength(
        agreed / all,
        confident,
        ratio(kappa, confident),
        ratio(kappa, confident + error),
        learning.nearness());
  }

  /** The tenth with the most confident predictions, and all that equal the last; these first. */
  private static int[] mostConfident(ConfidentLearning learning, int[] images) {
    // positive floats are ordered like their bits; the image is in the lower half
    long[] order = new long[images.length];
    for (int i = 0; i < images.length; i++) {
      order[i] = ((long) ~Float.floatToIntBits(learning.ofPredicted(images[i])) << 32) | images[i];
    }
    Arrays.sort(order);
    long least = order[(images.length - 1) / SUREST] | 0xffffffffL;
    return Arrays.stream(order).takeWhile(key -> key <= least).mapToInt(key -> (int) key).toArray();
  }

  private static double ratio(double kappa, double confident) {
    return confident > 0 ? Math.max(0, Math.min(1, kappa / confident)) : 0;
  }

  /** The number of images whose label is predicted; in a tie of m classes each counts 1/m. */
  private static double agreement(ConfidentLearning learning, int[] images) {
    double agreed = 0;
    for (int image : images) {
      agreed += learning.agrees(image) ? 1.0 / learning.ties(image) : 0;
    }
    return agreed;
  }

  /** Why the network is too weak to tell wrong labels from its own mistakes; null if it is not. */
  public @Nullable String weakness() {
    boolean nextGuesses = nearness >= NEXT_GUESSES;
    boolean contradicted =
        confidentAgreement < (nextGuesses ? LEAST_CONFIDENT_AGREEMENT : NOTHING) || isIgnorant();
    double decides = nextGuesses ? leastAccuracy : accuracy;
    return !contradicted && decides - (nearness - 0.5) / 2 >= LEAST_STRENGTH ? null : reason();
  }

  /** Why the network tells nothing at all of the labels (κ); null if it tells something. */
  public @Nullable String ignorance() {
    return isIgnorant() ? reason() : null;
  }

  private boolean isIgnorant() {
    return accuracy * confidentAgreement < LEAST_AGREEMENT; // κ
  }

  private String reason() {
    return String.format(
        Locale.ROOT,
        "the network is too weak to tell wrong labels from its own mistakes: it predicts %.0f %% of"
            + " the given labels, and its most confident predictions suggest that it is right on"
            + " about %.0f %% of the images",
        100 * agreement,
        100 * accuracy);
  }
}
