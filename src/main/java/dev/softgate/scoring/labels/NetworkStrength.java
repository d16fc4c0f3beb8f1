package dev.softgate.scoring.labels;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Whether a network knows enough to tell wrong labels from its own mistakes, from its probabilities
 * and the given labels alone.
 *
 * <p>Confident learning takes every confident contradiction for a wrong label, so that of a network
 * that is right on 40 % of the images it reports half of the labels. Accuracy on the given labels
 * does not tell: a perfect network has 0.6 where 40 % of them are wrong. But what a network is
 * surest of it gets right, and then only the labels can contradict it. So let κ be its agreement
 * with the given labels beyond chance (Cohen), and κ₁₀ the same of the tenth of each predicted
 * class that it is surest of: κ₁₀ falls with the wrong labels, κ with the network's mistakes as
 * well, and {@code accuracy} = κ / κ₁₀ estimates its accuracy on right labels.
 *
 * <p>Where people err on hard images, that is too low. There {@code nearness} helps: how highly the
 * network ranks a given label that it does not predict among the K−1 others, from 0 to 1. A wrong
 * label is anywhere (0.5 if it is random), a right one that the network missed is its next guess
 * (0.75 to 0.9 on CIFAR-10). The network is too weak where accuracy − (nearness − ½) / 2 is below
 * 0.49, and where even what it is surest of is often contradicted ({@code confidentAgreement} below
 * 0.56) although the given labels are its next guesses; random labels and predictions below 0.2 say
 * nothing at all. Nor does a network whose κ is below 0.18: a perfect one has 0.2 where two classes
 * have 40 % wrong labels, and 0.33 where ten have 60 %.
 *
 * <p>Source: our own; thresholds and what they decide on 100 networks: results/label-flags,
 * decision 0032.
 *
 * @param agreement the share of the judged labels that are predicted as given
 * @param confidentAgreement κ₁₀
 * @param accuracy κ / κ₁₀, at most 1; 0 where κ₁₀ is not above 0
 * @param nearness of the labels that are not predicted, 0.5 where there are none or K = 2
 */
public record NetworkStrength(
    double agreement, double confidentAgreement, double accuracy, double nearness) {

  private static final int SUREST = 10; // a tenth
  private static final double LEAST_STRENGTH = 0.49;
  private static final double LEAST_CONFIDENT_AGREEMENT = 0.56;
  private static final double NEXT_GUESSES = 0.66;
  private static final double NOTHING = 0.2;
  private static final double LEAST_AGREEMENT = 0.18;

  /** Measures a network on the labels that are judged. */
  public static NetworkStrength of(ConfidentLearning learning) {
    int[] images = learning.judgedImages();
    int classes = learning.classes();
    int[][] byPrediction = new int[classes][];
    double chance = 0;
    double agreed = 0;
    double surest = 0;
    for (int k = 0; k < classes; k++) {
      int label = k;
      byPrediction[k] =
          Arrays.stream(images).filter(i -> predicted(learning, i) == label).toArray();
    }
    for (int k = 0; k < classes; k++) {
      int[] own = byPrediction[k];
      int label = k;
      long given = Arrays.stream(images).filter(i -> learning.given(i) == label).count();
      chance += (double) given * own.length;
      agreed += agreement(learning, own);
      if (own.length > 0) {
        int[] sure =
            IntStream.of(own)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -learning.probability(i, label)))
                .mapToInt(Integer::intValue)
                .toArray();
        double least = learning.probability(sure[(own.length - 1) / SUREST], label);
        int[] top =
            IntStream.of(sure).filter(i -> learning.probability(i, label) >= least).toArray();
        surest += agreement(learning, top) / top.length * own.length;
      }
    }
    int all = Math.max(1, images.length);
    chance /= (double) all * all;
    double kappa = (agreed / all - chance) / (1 - chance);
    double confident = (surest / all - chance) / (1 - chance);
    return new NetworkStrength(
        agreed / all,
        confident,
        confident > 0 ? Math.max(0, Math.min(1, kappa / confident)) : 0,
        nearness(learning, images));
  }

  private static int predicted(ConfidentLearning learning, int image) {
    int other = learning.mostProbableOther(image);
    int given = learning.given(image);
    double lead = learning.probability(image, other) - learning.probability(image, given);
    return lead > 0 || (lead == 0 && other < given) ? other : given;
  }

  /** How many of the images are predicted as given; of m classes as probable each is a m-th. */
  private static double agreement(ConfidentLearning learning, int[] images) {
    double agreed = 0;
    for (int image : images) {
      if (learning.agrees(image)) {
        double greatest = learning.probability(image, learning.given(image));
        agreed +=
            1.0
                / IntStream.range(0, learning.classes())
                    .filter(
                        k -> learning.probability(image, k) >= greatest - ConfidentLearning.EQUAL)
                    .count();
      }
    }
    return agreed;
  }

  private static double nearness(ConfidentLearning learning, int[] images) {
    int classes = learning.classes();
    return Arrays.stream(images)
        .filter(image -> !learning.agrees(image) && classes > 2)
        .mapToDouble(
            image -> {
              double own = learning.probability(image, learning.given(image));
              double below = -0.5; // the given label itself is half below itself
              for (int k = 0; k < classes; k++) {
                double p = learning.probability(image, k);
                below += p < own ? 1 : p == own ? 0.5 : 0;
              }
              return below / (classes - 2);
            })
        .average()
        .orElse(0.5);
  }

  /** Why the network is too weak to tell wrong labels from its own mistakes; null if it is not. */
  public @Nullable String weakness() {
    boolean contradicted =
        confidentAgreement < (nearness < NEXT_GUESSES ? NOTHING : LEAST_CONFIDENT_AGREEMENT);
    contradicted |= accuracy * confidentAgreement < LEAST_AGREEMENT; // κ
    if (!contradicted && accuracy - (nearness - 0.5) / 2 >= LEAST_STRENGTH) {
      return null;
    }
    return String.format(
        Locale.ROOT,
        "the network is too weak to tell wrong labels from its own mistakes: it predicts %.0f %% of"
            + " the labels as given, and by what it is surest of it is right on about %.0f %% of"
            + " the images",
        100 * agreement,
        100 * accuracy);
  }
}
