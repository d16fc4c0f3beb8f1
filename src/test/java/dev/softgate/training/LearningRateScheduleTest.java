package dev.softgate.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.config.GateSchedule;
import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RateSchedule;
import dev.softgate.config.RateSpan;
import dev.softgate.config.RunConfig;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateScheduleTest {

  private static final LearningRateSchedule PUBLISHED = milestones(0.1, 0.1, 1, 133, 200);

  private static LearningRateSchedule milestones(
      double initial, double gamma, int warmUpEpochs, Integer... milestones) {
    return new LearningRateSchedule(
        RateSchedule.at(milestones), new RateSpan(initial, 0, 400), gamma, warmUpEpochs, 0.01);
  }

  private static LearningRateSchedule cosine(
      double initial, double least, int epochs, int warmUpEpochs) {
    return new LearningRateSchedule(
        RateSchedule.along(RateSchedule.Curve.COSINE),
        new RateSpan(initial, least, epochs),
        0.1,
        warmUpEpochs,
        0.04);
  }

  /**
   * PyTorch 2.13: CosineAnnealingLR(T_max=5, eta_min=0.01), stepped after each epoch; and, behind a
   * ConstantLR of two epochs in a SequentialLR, CosineAnnealingLR(T_max=6).
   */
  @Test
  void cosineIsPyTorchs() {
    double[] whole = {
      0.4, 0.36275831390311475, 0.2652583139031147, 0.14474168609688523, 0.047241686096885255
    };
    double[] warm = {0.04, 0.04, 0.4, 0.3732050807568878, 0.3, 0.2, 0.1, 0.02679491924311226};
    for (int epoch = 0; epoch < whole.length; epoch++) {
      assertThat(cosine(0.4, 0.01, 5, 0).at(epoch)).isCloseTo(whole[epoch], within(1e-15));
      assertThat(GateSchedule.COSINE.at(epoch, new RateSpan(0.4, 0.01, 5)))
          .isCloseTo(whole[epoch], within(1e-15));
    }
    for (int epoch = 0; epoch < warm.length; epoch++) {
      assertThat(cosine(0.4, 0, 8, 2).at(epoch)).isCloseTo(warm[epoch], within(1e-15));
    }
  }

  /**
   * PyTorch 2.13: LinearLR from a quarter in 5 steps, then LinearLR to a twentieth in 7, in a
   * SequentialLR that is stepped after each of 12 batches, 4 an epoch.
   */
  @Test
  void linearIsPyTorchsWithEveryStep() {
    double[] rates = {
      0.1,
      0.16000000000000003,
      0.22000000000000003,
      0.28,
      0.34,
      0.4,
      0.34571428571428575,
      0.2914285714285714,
      0.23714285714285713,
      0.18285714285714286,
      0.12857142857142856,
      0.07428571428571427
    };
    LearningRateSchedule schedule =
        new LearningRateSchedule(
            RateSchedule.along(RateSchedule.Curve.LINEAR),
            new RateSpan(0.4, 0.02, 3),
            0.1,
            1.25,
            0.1);
    for (int step = 0; step < rates.length; step++) {
      double done = new TrainingHook.Place(step / 4, step % 4, 4).done();
      assertThat(schedule.at(step / 4, done)).isCloseTo(rates[step], within(1e-15));
    }
    assertThat(schedule.at(2)).isCloseTo(rates[8], within(1e-15));
    assertThat(cosine(0.4, 0, 8, 2).at(3, 0.75)).isEqualTo(cosine(0.4, 0, 8, 2).at(3));
  }

  @Test
  void cosineOfTheGateSpansAllEpochs() {
    OptimizationConfig config =
        RunConfig.defaults()
            .with(
                Map.of(
                    "epochs", "4",
                    "schedule", "cosine",
                    "warm-up-epochs", "2",
                    "schedule-gate", "cosine",
                    "lr-gate", "0.02",
                    "lr-min", "0.01"))
            .optimization();

    assertThat(config.scheduleGate().at(0, config.gateRates())).isEqualTo(0.02);
    assertThat(config.scheduleGate().at(2, config.gateRates())).isCloseTo(0.015, within(1e-15));
    assertThat(LearningRateSchedule.of(config).at(1)).isEqualTo(0.01);
    assertThat(LearningRateSchedule.of(config).at(3)).isCloseTo(0.055, within(1e-15));
  }

  /** The learning rates that the published logs record, one-based there. */
  @ParameterizedTest
  @CsvSource({"1,0.01", "2,0.1", "133,0.1", "134,0.01", "200,0.01", "201,0.001", "332,0.001"})
  void followsThePublishedLogs(int loggedEpoch, double learningRate) {
    assertThat(PUBLISHED.at(loggedEpoch - 1)).isCloseTo(learningRate, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"0,0.01", "1,0.01", "2,0.5", "3,0.25", "4,0.125", "5,0.125"})
  void warmsUpAndDropsAtMilestones(int epoch, double learningRate) {
    LearningRateSchedule schedule = milestones(0.5, 0.5, 2, 3, 4);
    assertThat(schedule.at(epoch)).isEqualTo(learningRate);
  }

  @Test
  void countsMilestonesWithinTheWarmUp() {
    LearningRateSchedule schedule = milestones(1, 0.5, 3, 1);
    assertThat(schedule.at(2)).isEqualTo(0.01);
    assertThat(schedule.at(3)).isEqualTo(0.5);
  }

  @Test
  void isConstantWithoutMilestones() {
    LearningRateSchedule schedule = milestones(0.3, 0.1, 0);
    assertThat(schedule.at(0)).isEqualTo(0.3);
    assertThat(schedule.at(10_000)).isEqualTo(0.3);
  }

  @Test
  void readsTheConfiguration() {
    OptimizationConfig config =
        RunConfig.defaults()
            .with(
                Map.of(
                    "epochs", "9",
                    "lr", "0.4",
                    "schedule", "5",
                    "lr-decay-gamma", "0.25",
                    "lr-min", "0.001",
                    "warm-up-epochs", "2",
                    "warm-up-lr", "0.05"))
            .optimization();
    assertThat(LearningRateSchedule.of(config))
        .isEqualTo(
            new LearningRateSchedule(
                RateSchedule.at(5), new RateSpan(0.4, 0.001, 9), 0.25, 2, 0.05));
  }

  /** The published code lowers where {@code (epoch + 1) % 50 == 0}, epoch zero-based. */
  @ParameterizedTest
  @CsvSource({
    "0,0.01",
    "48,0.01",
    "49,0.001",
    "50,0.001",
    "98,0.001",
    "99,0.0001",
    "149,0.00001",
    "332,0.00000001"
  })
  void gateRateDropsEveryFiftyEpochs(int epoch, double learningRate) {
    RateSpan span = new RateSpan(0.01, 0, 333);
    assertThat(GateSchedule.STEP.at(epoch, span)).isCloseTo(learningRate, within(1e-17));
    assertThat(GateSchedule.CONSTANT.at(epoch, span)).isEqualTo(0.01);
  }
}
