package dev.softgate.training;

import dev.softgate.config.RunConfig;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipRule;
import dev.softgate.evaluation.SkippingEvaluator;
import dev.softgate.evaluation.SkippingNetwork;
import dev.softgate.model.ResNet;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** What is looked at when an epoch is over: the network as it would be deployed now. */
final class EpochEvaluation {

  private final RunConfig config;
  private final TrainingData data;
  private final ResNet network;
  private final @Nullable HardGates hardGates;
  private final DynamicsRecorder dynamics;
  private final OwnedChannelsOff memory;
  private final Evaluator evaluator;

  EpochEvaluation(
      RunConfig config,
      TrainingData data,
      ResNet network,
      @Nullable HardGates hardGates,
      DynamicsRecorder dynamics,
      OwnedChannelsOff memory) {
    this.config = config;
    this.data = data;
    this.network = network;
    this.hardGates = hardGates;
    this.dynamics = dynamics;
    this.memory = memory;
    this.evaluator = new Evaluator(network, data.normalization());
  }

  /**
   * What the network says after an epoch.
   *
   * @param validation of the images held out; null where there are none
   * @param test of the test images; null where they are not due
   * @param skipping what hard gates did; null without any
   */
  record Result(
      @Nullable Predictions validation,
      @Nullable Predictions test,
      @Nullable SkipMetrics skipping) {}

  /**
   * Evaluates.
   *
   * @param epoch that is over, zero-based
   * @param trained of the epoch
   * @param interrupted asked between two batches
   * @return null if it said so before the end
   */
  @Nullable Result run(int epoch, EpochTotals trained, BooleanSupplier interrupted) {
    Result[] result = new Result[1];
    memory.during(epoch, interrupted, () -> result[0] = look(epoch, trained, interrupted));
    return result[0];
  }

  private @Nullable Result look(int epoch, EpochTotals trained, BooleanSupplier interrupted) {
    Predictions validation = null;
    if (data.validation().length > 0) {
      validation = evaluator.evaluate(data.dataset().train(), data.validation(), interrupted);
      if (validation == null) {
        return null;
      }
    }
    Predictions test = null;
    if (tests(epoch)) {
      test = evaluator.evaluate(data.dataset().test(), data.test(), interrupted);
      if (test == null) {
        return null;
      }
    }
    if (!dynamics.look(evaluator, interrupted)) {
      return null;
    }
    return new Result(validation, test, skipping(trained));
  }

  private boolean tests(int epoch) {
    int every = config.execution().testEvery();
    return epoch + 1 == config.optimization().epochs() || (every > 0 && (epoch + 1) % every == 0);
  }

  private @Nullable SkipMetrics skipping(EpochTotals trained) {
    if (hardGates == null) {
      return null;
    }
    List<Double> thresholds = hardGates.thresholds();
    if (thresholds == null || data.validation().length == 0) {
      return new SkipMetrics(trained.skipRates(), thresholds, null, null);
    }
    SkippingEvaluator.Result result =
        new SkippingEvaluator(new SkippingNetwork(network, SkipBlend.HARD), data.normalization())
            .evaluate(data.dataset().train(), data.validation(), SkipRule.atThresholds(thresholds));
    return new SkipMetrics(
        trained.skipRates(),
        thresholds,
        result.skipRates(),
        result.predictions().metrics().accuracy());
  }
}
