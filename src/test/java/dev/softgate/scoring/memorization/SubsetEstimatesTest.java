package dev.softgate.scoring.memorization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SubsetEstimatesTest {

  private static final int IMAGES = 40;
  private static final int CLASSES = 3;
  private static final int NETWORKS = 9;

  private final Random random = new Random(4);
  private final int[] given = random.ints(IMAGES, 0, CLASSES).toArray();
  private final List<BitSet> subsets = new ArrayList<>();
  private final List<float[]> logits = new ArrayList<>();

  private SubsetEstimates estimates() {
    SubsetEstimates estimates = new SubsetEstimates(given, CLASSES);
    for (int network = 0; network < NETWORKS; network++) {
      BitSet subset = new BitSet();
      float[] own = new float[IMAGES * CLASSES];
      for (int image = 1; image < IMAGES; image++) { // no network sees image 0
        subset.set(image, random.nextDouble() < 0.7);
      }
      for (int i = 0; i < own.length; i++) {
        own[i] = (float) (3 * random.nextGaussian());
      }
      subsets.add(subset);
      logits.add(own);
      estimates.add(subset, own);
    }
    return estimates;
  }

  private double probability(int network, int image, int k) {
    double sum = 0;
    for (int other = 0; other < CLASSES; other++) {
      sum += Math.exp(logits.get(network)[image * CLASSES + other]);
    }
    return Math.exp(logits.get(network)[image * CLASSES + k]) / sum;
  }

  private boolean correct(int network, int image) {
    for (int k = 0; k < CLASSES; k++) {
      if (probability(network, image, k) > probability(network, image, given[image])) {
        return false;
      }
    }
    return true;
  }

  /** The networks with or without an image, for the reference. */
  private List<Integer> networks(int image, boolean with) {
    List<Integer> networks = new ArrayList<>();
    for (int network = 0; network < NETWORKS; network++) {
      if (subsets.get(network).get(image) == with) {
        networks.add(network);
      }
    }
    return networks;
  }

  private double accuracy(int image, boolean with) {
    return networks(image, with).stream()
        .mapToDouble(n -> correct(n, image) ? 1 : 0)
        .average()
        .orElse(Double.NaN);
  }

  private double mean(int image, boolean with, int k) {
    return networks(image, with).stream()
        .mapToDouble(n -> probability(n, image, k))
        .average()
        .orElse(Double.NaN);
  }

  private double variance(int image, boolean with) {
    int n = networks(image, with).size();
    double p = (accuracy(image, with) * n + 0.5) / (n + 1);
    return p * (1 - p) / n;
  }

  @Test
  void equalsReference() {
    SubsetEstimates estimates = estimates();
    for (int image = 1; image < IMAGES; image++) {
      int label = given[image];
      double in = accuracy(image, true);
      double out = accuracy(image, false);
      assertThat(estimates.trained(image) + estimates.heldOut(image)).isEqualTo(NETWORKS);
      if (estimates.heldOut(image) == 0) {
        assertThat(estimates.memorization(image)).isNaN();
        continue;
      }
      assertThat(estimates.memorization(image)).isCloseTo(in - out, within(1e-12));
      assertThat(estimates.heldOutAccuracy(image)).isCloseTo(out, within(1e-12));
      assertThat(estimates.probability(image))
          .isCloseTo(mean(image, true, label) - mean(image, false, label), within(1e-9));
      assertThat(estimates.heldOutProbability(image))
          .isCloseTo(mean(image, false, label), within(1e-9));
      for (int k = 0; k < CLASSES; k++) {
        assertThat(estimates.heldOutProbabilities(image)[k])
            .isCloseTo(mean(image, false, k), within(1e-9));
      }
      assertThat(estimates.error(image))
          .isCloseTo(Math.sqrt(variance(image, true) + variance(image, false)), within(1e-12));
    }
  }

  @Test
  void knowsNoMemorizationOfAnImageThatNoNetworkSaw() {
    SubsetEstimates estimates = estimates();
    assertThat(estimates.trained(0)).isZero();
    assertThat(estimates.memorization(0)).isNaN();
    assertThat(estimates.error(0)).isNaN();
    assertThat(estimates.probability(0)).isNaN();
    assertThat(estimates.heldOutAccuracy(0)).isCloseTo(accuracy(0, false), within(1e-12));
  }

  /** 70 networks with and 30 without an image, that is, 100 networks on subsets of 0.7. */
  @Test
  void errorIsAboveZeroAndAtMostPointElevenFor100Networks() {
    double agreed = Proportion.variance(70, 70) + Proportion.variance(0, 30);
    double divided = Proportion.variance(35, 70) + Proportion.variance(15, 30);
    assertThat(Math.sqrt(agreed)).isBetween(0.02, 0.03);
    assertThat(Math.sqrt(divided)).isBetween(0.10, 0.11);
  }
}
