package dev.softgate.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.softgate.config.GateSchedule;
import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RunConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LearningRateScheduleTest {

  private static final LearningRateSchedule PUBLISHED =
      new LearningRateSchedule(0.1, List.of(133, 200), 0.1, 1, 0.01);

  /** The learning rates that the published logs record, one-based there. */
  @ParameterizedTest
  @CsvSource({"1,0.01", "2,0.1", "133,0.1", "134,0.01", "200,0.01", "201,0.001", "332,0.001"})
  void followsThePublishedLogs(int loggedEpoch, double learningRate) {
    assertThat(PUBLISHED.at(loggedEpoch - 1)).isCloseTo(learningRate, within(1e-15));
  }

  @ParameterizedTest
  @CsvSource({"0,0.01", "1,0.01", "2,0.5", "3,0.25", "4,0.125", "5,0.125"})
  void warmsUpAndDropsAtMilestones(int epoch, double learningRate) {
    LearningRateSchedule schedule = new LearningRateSchedule(0.5, List.of(3, 4), 0.5, 2, 0.01);
    assertThat(schedule.at(epoch)).isEqualTo(learningRate);
  }

  @Test
  void countsMilestonesWithinTheWarmUp() {
    LearningRateSchedule schedule = new LearningRateSchedule(1, List.of(1), 0.5, 3, 0.01);
    assertThat(schedule.at(2)).isEqualTo(0.01);
    assertThat(schedule.at(3)).isEqualTo(0.5);
  }

  @Test
  void isConstantWithoutMilestones() {
    LearningRateSchedule schedule = new LearningRateSchedule(0.3, List.of(), 0.1, 0, 0.01);
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
                    "warm-up-epochs", "2",
                    "warm-up-lr", "0.05"))
            .optimization();
    assertThat(LearningRateSchedule.of(config))
        .isEqualTo(new LearningRateSchedule(0.4, List.of(5), 0.25, 2, 0.05));
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
    assertThat(GateSchedule.STEP.at(epoch, 0.01)).isCloseTo(learningRate, within(1e-17));
    assertThat(GateSchedule.CONSTANT.at(epoch, 0.01)).isEqualTo(0.01);
  }
}
