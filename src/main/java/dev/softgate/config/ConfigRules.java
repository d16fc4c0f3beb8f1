package dev.softgate.config;

import dev.softgate.gate.GateFamily;
import dev.softgate.gate.GateMix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which values may stand together: the checks of each setting, then the rules between settings.
 * What depends on the data or the network is checked where those are built.
 */
final class ConfigRules {

  private static final double LEAST_RATE_OF_SGD_ALONE = 0.1;

  private final List<String> problems = new ArrayList<>();

  /** Every problem of the values, with keys as {@code {key}}; empty if there is none. */
  static List<String> problems(
      DataConfig data,
      ModelConfig model,
      OptimizationConfig optimization,
      SkippingConfig skipping,
      ExecutionConfig execution) {
    ConfigRules rules = new ConfigRules();
    for (Record section : List.of(data, model, optimization, skipping, execution)) {
      rules.checkEach(section);
    }
    rules.checkSuspects(data);
    rules.checkSoft(model, skipping);
    rules.checkOwnedChannels(model, optimization);
    rules.checkCurve(optimization);
    rules.checkAdamW(optimization);
    if (optimization.nesterov() && optimization.momentum() == 0) {
      rules.problem("momentum", "above 0 with {nesterov}", 0.0);
    }
    if (data.mixup() > 0) {
      rules.checkMixup(model, skipping, execution);
    }
    return rules.problems;
  }

  private void checkEach(Record section) {
    for (ConfigKey key : Settings.all()) {
      if (key.isOf(section)) {
        Object value = key.value(section);
        String expected = key.violated(value);
        if (expected != null) {
          problem(key.name(), expected, value);
        }
      }
    }
  }

  private void checkSuspects(DataConfig data) {
    boolean drops = data.dropSuspects() != null;
    if (drops && data.scores() == null) {
      problem("scores", "a file that softgate score wrote, for {drop-suspects}", null);
    } else if (!drops && data.scores() != null) {
      problem("drop-suspects", "given, as {scores} is", null);
    }
    // consensus: what earlier versions write
    if (!drops && !List.of(DataConfig.AUM, DataConfig.CONSENSUS).contains(data.score())) {
      problem("score", "left out without {drop-suspects}", data.score());
    }
  }

  private void checkSoft(ModelConfig model, SkippingConfig skipping) {
    if (model.gateMix() == GateMix.HARD) {
      return;
    }
    String nothing = "left out with soft gates";
    if (skipping.targetSkip() != null) {
      problem("target-skip", nothing, skipping.targetSkip());
    }
    if (skipping.skipLoss() > 0) {
      problem("skip-loss", nothing, skipping.skipLoss());
    }
  }

  private void checkOwnedChannels(ModelConfig model, OptimizationConfig optimization) {
    int off = optimization.memoryOffEpochs();
    if (model.gate().family() != GateFamily.CHANNELS && off > 0) {
      problem("memory-off-epochs", "left out without {gate} memory", off);
    } else if (off > 0 && off >= optimization.epochs()) {
      problem("memory-off-epochs", "below {epochs}, " + optimization.epochs(), off);
    }
  }

  private void checkCurve(OptimizationConfig optimization) {
    double warmUp = optimization.warmUpEpochs();
    if (!optimization.schedule().isLinear() && warmUp != Math.rint(warmUp)) {
      problem("warm-up-epochs", "a whole number without {schedule} linear", warmUp);
    } else if (optimization.schedule().isLinear()
        && warmUp > 0
        && optimization.warmUpLr() > optimization.lr()) {
      problem(
          "warm-up-lr",
          "at most {lr}, " + optimization.lr() + ", with {schedule} linear",
          optimization.warmUpLr());
    }
    double least = optimization.lrMin();
    if (optimization.schedule().isCurved() && least > optimization.lr()) {
      problem("lr-min", "at most {lr}, " + optimization.lr(), least);
    }
    if (optimization.scheduleGate() == GateSchedule.COSINE && least > optimization.lrGate()) {
      problem("lr-min", "at most {lr-gate}, " + optimization.lrGate(), least);
    }
  }

  /**
   * Steps of AdamW are as long as the rate, whatever the gradient: rates of SGD spoil a network.
   */
  private void checkAdamW(OptimizationConfig optimization) {
    if (optimization.optimizer() != OptimizerKind.ADAMW) {
      return;
    }
    double rate = optimization.lr();
    if (rate >= LEAST_RATE_OF_SGD_ALONE) {
      problem(
          "lr", "below " + LEAST_RATE_OF_SGD_ALONE + " with {optimizer} adamw, such as 1e-3", rate);
    } else if (optimization.warmUpEpochs() > 0 && optimization.warmUpLr() > rate) {
      problem(
          "warm-up-lr",
          "at most {lr}, " + rate + ", with {optimizer} adamw",
          optimization.warmUpLr());
    }
  }

  private void checkMixup(ModelConfig model, SkippingConfig skipping, ExecutionConfig execution) {
    if (model.gate().family() == GateFamily.CHANNELS) {
      problem("gate", "another with {mixup}, whose images are of two owners", model.gate().text());
    }
    if (skipping.targetSkip() != null) {
      problem(
          "target-skip",
          "left out with {mixup}, whose images are harder than those to predict",
          skipping.targetSkip());
    }
    if (execution.dynamics() == Dynamics.AUGMENTED) {
      problem(
          "dynamics",
          "plain or none with {mixup}, which trains on no image alone",
          execution.dynamics().text());
    }
  }

  private void problem(String key, String expected, @Nullable Object found) {
    problems.add("{" + key + "}: must be " + expected + ", found " + shown(found));
  }

  private static String shown(@Nullable Object value) {
    return value == null
        ? "none"
        : value instanceof String || value instanceof Path
            ? "'" + value + "'"
            : value instanceof Duration time ? DurationText.format(time) : value.toString();
  }
}
