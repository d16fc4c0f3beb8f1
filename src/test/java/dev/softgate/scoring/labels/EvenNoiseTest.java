package dev.softgate.scoring.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvenNoiseTest {

  private static final int IMAGES = 4_000;
  private static final int CLASSES = 5;

  /** A network's probabilities and labels, of which some are wrong. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Labeled(float[] probabilities, int[] given, boolean[] wrong) {

    ConfidentLearning learning() {
      return new ConfidentLearning(given, probabilities, CLASSES, 2);
    }

    int flaggedWrong(boolean[] flags) {
      return (int) IntStream.range(0, IMAGES).filter(i -> flags[i] && wrong[i]).count();
    }
  }

  /**
   * Images are of a class with the probabilities that a network of the strength knows; it tells
   * them at a temperature.
   */
  private static Labeled labeled(double strength, double rate, double told) {
    Random random = new Random(5);
    float[] probabilities = new float[IMAGES * CLASSES];
    int[] given = new int[IMAGES];
    boolean[] wrong = new boolean[IMAGES];
    for (int i = 0; i < IMAGES; i++) {
      double[] logits = new double[CLASSES];
      for (int k = 0; k < CLASSES; k++) {
        logits[k] = strength * random.nextGaussian();
      }
      double[] known = softmax(logits, 1);
      double at = random.nextDouble();
      int truth = 0;
      while (truth < CLASSES - 1 && at >= known[truth]) {
        at -= known[truth++];
      }
      wrong[i] = random.nextDouble() < rate;
      given[i] = wrong[i] ? (truth + 1 + random.nextInt(CLASSES - 1)) % CLASSES : truth;
      double[] said = softmax(logits, told);
      for (int k = 0; k < CLASSES; k++) {
        probabilities[i * CLASSES + k] = (float) said[k];
      }
    }
    return new Labeled(probabilities, given, wrong);
  }

  private static double[] softmax(double[] logits, double temperature) {
    double[] values = new double[logits.length];
    double sum = 0;
    for (int k = 0; k < values.length; k++) {
      values[k] = Math.exp(logits[k] / temperature);
      sum += values[k];
    }
    for (int k = 0; k < values.length; k++) {
      values[k] /= sum;
    }
    return values;
  }

  @ParameterizedTest
  @CsvSource({"3,0.025,1", "3,0.1,1", "3,0.4,1", "5,0.1,2", "5,0.1,0.6", "1.5,0.1,1", "5,0,1"})
  void findsTheRateWhateverTheStrength(double strength, double rate, double told) {
    Labeled labeled = labeled(strength, rate, told);

    EvenNoise noise = EvenNoise.of(labeled.learning());

    assertThat(noise.rate()).isCloseTo(rate, within(strength < 2 ? .04 : .015));
    assertThat(noise.temperature()).isBetween(.75 / told, 1.35 / told);
  }

  /** A network that knows a third of the images flags few right labels; the joint's rule, many. */
  @Test
  void mistakesOfAWeakNetworkAreNotTakenForWrongLabels() {
    Labeled labeled = labeled(2, .03, 1);
    ConfidentLearning learning = labeled.learning();
    int all = (int) IntStream.range(0, IMAGES).filter(i -> labeled.wrong()[i]).count();

    boolean[] even = LabelFilter.EVEN_NOISE.flags(learning);
    boolean[] joint = LabelFilter.LOW_SELF_CONFIDENCE.flags(learning);

    assertThat(count(even)).isLessThan(2 * all);
    assertThat(count(joint)).isGreaterThan(4 * all);
    assertThat(labeled.flaggedWrong(even)).isGreaterThan(all / 4);
  }

  @Test
  void flagsNothingWhereNothingIsWrong() {
    assertThat(count(LabelFilter.EVEN_NOISE.flags(labeled(4, 0, 1).learning()))).isLessThan(20);
  }

  @Test
  void issuesTellTheRateOfTheRule() {
    Labeled labeled = labeled(6, .2, 1);
    ConfidentLearning learning = labeled.learning();

    LabelIssues issues = LabelIssues.find(learning, LabelFilter.EVEN_NOISE);

    assertThat(issues.noiseRate()).isEqualTo(EvenNoise.of(learning).rate());
    assertThat(issues.mostNoise()).isGreaterThanOrEqualTo(issues.noiseRate());
    assertThat(LabelIssues.find(learning, LabelFilter.NOISE_MODEL).mostNoise()).isNull();
    for (double noise : issues.noiseByGiven()) {
      assertThat(noise).isCloseTo(.2, within(.05));
    }
  }

  @Test
  void fewImagesAndOneClassAreNoErrors() {
    float[] rows = {.5f, .5f, 1, 0, 0, 1};
    for (int fewest : new int[] {1, 2, 4}) {
      ConfidentLearning learning = new ConfidentLearning(new int[] {0, 0, 1}, rows, 2, fewest);
      EvenNoise noise = EvenNoise.of(learning);
      assertThat(noise.rate()).isBetween(0.0, EvenNoise.MOST);
      assertThat(noise.wrong()).hasSize(3).doesNotContain(Double.NaN);
    }
  }

  private static int count(boolean[] flags) {
    return (int) IntStream.range(0, flags.length).filter(i -> flags[i]).count();
  }
}
