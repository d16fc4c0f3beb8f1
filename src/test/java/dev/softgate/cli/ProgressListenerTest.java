package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.training.EpochMetrics;
import dev.softgate.training.SkipMetrics;
import dev.softgate.training.TrainingListener.EpochGates;
import dev.softgate.training.TrainingListener.EpochTiming;
import dev.softgate.training.TrainingListener.StepProgress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressListenerTest {

  private static final EpochGates NO_GATES = new EpochGates(List.of(), new float[0][], List.of());

  private static StepProgress step(int epoch, int batch) {
    return new StepProgress(epoch, batch, 10, 1.25, 0.456, 0.3214, 200);
  }

  private static EpochMetrics metrics(int epoch) {
    return new EpochMetrics(
        epoch,
        0.1,
        0.01,
        new PhaseMetrics(100, 0.456, 1.234, 1.5, 0.321),
        new PhaseMetrics(10, 0.4, 1.3, 1.5, 0.3),
        null,
        null);
  }

  @Test
  void printsALinePerEpochWithoutATerminal() {
    try (LogCapture log = new LogCapture();
        ProgressListener listener = new ProgressListener(null)) {
      listener.trainingStarted(0, 3, 10, 1000);
      listener.stepFinished(step(0, 9));
      listener.epochFinished(metrics(0), NO_GATES, new EpochTiming(50, 60, 203.4));
      assertThat(log.messages())
          .containsExactly(
              "epoch 1/3  lr 0.1000  train 1.234 45.6%  val 1.300 40.0%  g 0.321  203 img/s"
                  + "  2m00s left");
    }
  }

  @Test
  void omitsTimeLeftAndGateWhereMissing() {
    EpochMetrics last =
        new EpochMetrics(
            2,
            0.01,
            null,
            new PhaseMetrics(100, 1, 0.5, null, null),
            null,
            new PhaseMetrics(100, 0.9, 0.6, null, null),
            null);
    assertThat(ProgressText.summary(last, new EpochTiming(1, 2, 100), 3, 0))
        .isEqualTo("epoch 3/3  lr 0.01000  train 0.500 100.0%  test 0.600 90.0%  100 img/s");
  }

  @Test
  void printsSkipRatesOfHardGates() {
    EpochMetrics soft = metrics(0);
    EpochMetrics hard =
        new EpochMetrics(
            0,
            0.1,
            0.01,
            soft.train(),
            soft.validation(),
            null,
            new SkipMetrics(List.of(0.25, 0.503), List.of(0.1, 0.2), List.of(0.2, 0.481), 0.389));
    assertThat(ProgressText.summary(hard, new EpochTiming(1, 2, 100), 1, 0))
        .endsWith("g 0.321  skip 25.0%/50.3%  val 20.0%/48.1% 38.9%  100 img/s");
  }

  @Test
  void announcesLongEpochsOnce() {
    try (LogCapture log = new LogCapture();
        ProgressListener listener = new ProgressListener(null)) {
      listener.trainingStarted(0, 3, 10, 320);
      listener.stepFinished(new StepProgress(0, 0, 10, 1, 0.5, Double.NaN, 0.5));
      listener.stepFinished(new StepProgress(0, 1, 10, 1, 0.5, Double.NaN, 0.5));
      assertThat(log.messages()).containsExactly("a step takes 1m04s, an epoch of 10 steps 10m40s");
    }
  }

  @Test
  void printsTheMagnitudeOfAHugeLoss() {
    assertThat(ProgressText.loss(1.23456, 3)).isEqualTo("1.235");
    assertThat(ProgressText.loss(6.4373968e28, 4)).isEqualTo("6.437e+28");
  }

  @Test
  void doesNotTimeTheWarmUpStep() {
    try (LogCapture log = new LogCapture();
        ProgressListener listener = new ProgressListener(null)) {
      listener.trainingStarted(0, 3, 10, 320);
      listener.stepFinished(new StepProgress(0, 0, 10, 1, 0.5, Double.NaN, 2));
      listener.stepFinished(new StepProgress(0, 1, 10, 1, 0.5, Double.NaN, 32));
      assertThat(log.messages()).isEmpty();
    }
  }

  private final ByteArrayOutputStream drawn = new ByteArrayOutputStream();

  private LiveLine line() {
    return new LiveLine(new PrintStream(drawn, true, StandardCharsets.UTF_8), 120);
  }

  @Test
  void showsABarDuringAnEpoch() {
    try (LogCapture log = new LogCapture();
        ProgressListener listener = new ProgressListener(line())) {
      listener.trainingStarted(0, 2, 10, 1000);
      for (int batch = 0; batch < 10; batch++) {
        listener.stepFinished(step(0, batch));
      }
      assertThat(drawn.toString(StandardCharsets.UTF_8))
          .contains("epoch 1/2   10% [=", "]  1/10  loss 1.250  acc 45.6%  g 0.321  200 img/s")
          .endsWith("\r\033[K");
      listener.epochFinished(metrics(0), NO_GATES, new EpochTiming(5, 6, 200));
      assertThat(log.messages()).hasSize(1);
    }
  }

  @Test
  void resumesTheBar() {
    ProgressListener listener = new ProgressListener(line());
    listener.trainingStarted(1, 2, 10, 1000);
    listener.stepFinished(step(1, 4));
    listener.close();
    assertThat(drawn.toString(StandardCharsets.UTF_8))
        .contains("epoch 2/2   50%", " 5/10")
        .doesNotContain(" 1/10");
  }

  @Test
  void omitsTheGateOfABaseline() {
    StepProgress progress = new StepProgress(0, 0, 10, 2.3, 0.1, Double.NaN, 200);
    assertThat(ProgressText.step(progress, Double.NaN))
        .isEqualTo("loss 2.300  acc 10.0%  200 img/s");
  }

  @ParameterizedTest
  @CsvSource({"0.4,0s", "59,59s", "60,1m00s", "3599,59m59s", "3600,1h00m", "90061,25h01m"})
  void showsTimeInTwoUnits(double seconds, String text) {
    assertThat(ProgressText.time(seconds)).isEqualTo(text);
  }
}
