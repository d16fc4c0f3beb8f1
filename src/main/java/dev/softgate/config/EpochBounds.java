package dev.softgate.config;

import dev.softgate.gate.GateKind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a configuration asks for at epochs that its training never comes to. */
public final class EpochBounds {

  private EpochBounds() {}

  /** One line for each option that takes no effect, or never its full one; empty without any. */
  public static List<String> warnings(RunConfig config) {
    OptimizationConfig optimization = config.optimization();
    int epochs = optimization.epochs();
    List<String> warnings = new ArrayList<>();
    List<Integer> beyond =
        optimization.schedule().milestones().stream()
            .filter(milestone -> milestone >= epochs)
            .toList();
    if (!beyond.isEmpty()) {
      warnings.add(
          "schedule %s: the training ends before that, after epoch %d, so the learning rate is not lowered there"
              .formatted(
                  beyond.stream().map(String::valueOf).collect(Collectors.joining(",")), epochs));
    }
    boolean gated = config.model().gate() != GateKind.NONE;
    if (gated
        && optimization.scheduleGate() == GateSchedule.STEP
        && GateSchedule.STEP.at(epochs - 1, new RateSpan(1, 0, epochs)) == 1) {
      warnings.add(
          "schedule-gate step: the training ends after epoch %d, and the gate's learning rate is first lowered in epoch 50"
              .formatted(epochs));
    }
    if (optimization.warmUpEpochs() >= epochs) {
      warnings.add(
          "warm-up-epochs %s: the whole training is warm-up, %s warm-up-lr %s"
              .formatted(
                  BigDecimal.valueOf(optimization.warmUpEpochs())
                      .stripTrailingZeros()
                      .toPlainString(),
                  optimization.schedule().isLinear() ? "from" : "at",
                  optimization.warmUpLr()));
    }
    if (config.skipping().annealEpochs() >= epochs && config.skipping().targetSkip() != null) {
      warnings.add(
          "anneal-epochs %d: the training ends after epoch %d, before the whole share of target-skip skips"
              .formatted(config.skipping().annealEpochs(), epochs));
    }
    if (config.execution().keepEvery() > epochs) {
      warnings.add(
          "keep-every %d: the training ends after epoch %d, so that only the network before the first is kept"
              .formatted(config.execution().keepEvery(), epochs));
    }
    return warnings;
  }
}
