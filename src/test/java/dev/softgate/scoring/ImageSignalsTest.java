package dev.softgate.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ImageSignalsTest {

  @Test
  void matchHandComputation() {
    float ln2 = (float) Math.log(2);
    float[] logits = {
      ln2, 0, 0, // p = 1/2, 1/4, 1/4
      ln2, 0, 0
    };
    ImageSignals signals = ImageSignals.of(logits, new int[] {0, 2}, 3);
    assertThat(signals.lossNats()[0]).isCloseTo(ln2, within(1e-6f));
    assertThat(signals.lossNats()[1]).isCloseTo(2 * ln2, within(1e-6f));
    assertThat(signals.margin()).containsExactly(ln2, -ln2);
    assertThat(signals.errorNorm()[0]).isCloseTo((float) Math.sqrt(6.0 / 16), within(1e-6f));
    assertThat(signals.errorNorm()[1]).isCloseTo((float) Math.sqrt(14.0 / 16), within(1e-6f));
    assertThat(signals.correct()).containsExactly(true, false);
  }

  @Test
  void predictsTheLowestOfEqualClasses() {
    float[] logits = {1, 1, 0, 1, 1, 0};
    ImageSignals signals = ImageSignals.of(logits, new int[] {0, 1}, 3);
    assertThat(signals.predicted()).containsExactly(0, 0);
    assertThat(signals.correct()).containsExactly(true, false);
    assertThat(signals.margin()).containsExactly(0, 0);
  }

  @Test
  void hugeLogitsStayFinite() {
    ImageSignals signals = ImageSignals.of(new float[] {1e4f, -1e4f}, new int[] {1}, 2);
    assertThat(signals.lossNats()).containsExactly(2e4f);
    assertThat(signals.margin()).containsExactly(-2e4f);
    assertThat(signals.errorNorm()[0]).isCloseTo((float) Math.sqrt(2), within(1e-6f));
  }

  @Test
  void matchesTheMean() {
    Random random = new Random(1);
    int classes = 7;
    float[] logits = new float[50 * classes];
    int[] labels = new int[50];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) (3 * random.nextGaussian());
    }
    for (int i = 0; i < labels.length; i++) {
      labels[i] = random.nextInt(classes);
    }
    ImageSignals signals = ImageSignals.of(logits, labels, classes);
    double sum = 0;
    for (int i = 0; i < labels.length; i++) {
      sum += signals.lossNats()[i];
      assertThat(signals.correct()[i]).isEqualTo(signals.margin()[i] > 0);
      assertThat(signals.correct()[i]).isEqualTo(signals.predicted()[i] == labels[i]);
    }
    assertThat(sum / 50).isCloseTo(CrossEntropy.meanNats(logits, labels, classes), within(1e-6));
  }
}
