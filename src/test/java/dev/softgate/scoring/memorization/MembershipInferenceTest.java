package dev.softgate.scoring.memorization;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.BitSet;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MembershipInferenceTest {

  private static final int IMAGES = 400;

  private final Random random = new Random(2);
  private final int[] given = new int[IMAGES];
  private final BitSet members = new BitSet();

  /**
   * φ of two classes is the difference of the logits: a mean of 0 without the image, of shift with.
   */
  private float[] logits(BitSet subset, double shift) {
    float[] logits = new float[2 * IMAGES];
    for (int image = 0; image < IMAGES; image++) {
      logits[2 * image] = (float) (random.nextGaussian() + (subset.get(image) ? shift : 0));
    }
    return logits;
  }

  private BitSet subset() {
    BitSet subset = new BitSet();
    for (int image = 0; image < IMAGES; image++) {
      subset.set(image, random.nextBoolean());
    }
    return subset;
  }

  private double[] scores(double shift) {
    MembershipInference inference = new MembershipInference(given, 2);
    for (int network = 0; network < 40; network++) {
      BitSet subset = subset();
      inference.add(subset, logits(subset, shift));
    }
    members.or(subset());
    return inference.scores(logits(members, shift));
  }

  private double[] of(double[] scores, boolean isMember) {
    return IntStream.range(0, IMAGES)
        .filter(image -> members.get(image) == isMember)
        .mapToDouble(image -> scores[image])
        .toArray();
  }

  @Test
  void recognizesMembersAsOftenAsNormalDistributionsAllow() {
    double[] scores = scores(3);
    MembershipInference.Rate rate =
        requireNonNull(
            MembershipInference.truePositives(of(scores, true), of(scores, false), 0.06, 1));
    assertThat(rate.rate()).as("Φ(3 − 1.55) = 0.93").isCloseTo(0.93, within(0.08));
    assertThat(rate.low()).isLessThanOrEqualTo(rate.rate());
    assertThat(rate.high()).isGreaterThanOrEqualTo(rate.rate());
    assertThat(rate.high() - rate.low()).isBetween(0.01, 0.3);
  }

  @Test
  void recognizesNoMoreThanChanceWhereNothingIsMemorized() {
    double[] scores = scores(0);
    MembershipInference.Rate rate =
        requireNonNull(
            MembershipInference.truePositives(of(scores, true), of(scores, false), 0.1, 1));
    assertThat(rate.rate()).isCloseTo(0.1, within(0.08));
  }

  @Test
  void tellsNoRateFromTooFewOthers() {
    double[] some = new double[999];
    assertThat(MembershipInference.truePositives(some, some, 0.01, 1)).isNull();
    assertThat(MembershipInference.truePositives(some, new double[1000], 0.01, 1)).isNotNull();
  }

  @Test
  void imagesWithoutNetworksOnBothSidesHaveNoScore() {
    MembershipInference inference = new MembershipInference(given, 2);
    BitSet all = new BitSet();
    all.set(0, IMAGES);
    inference.add(all, logits(all, 1));
    inference.add(all, logits(all, 1));
    assertThat(inference.scores(logits(all, 1))).containsOnly(Double.NaN);
  }
}
