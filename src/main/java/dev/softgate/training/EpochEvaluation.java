package dev.softgate.training;

import dev.softgate.config.RunConfig;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Evaluates the network after an epoch, as it would be deployed then. */
final class EpochEvaluation {

  private final RunConfig config;
  private final TrainingData data;
  private final List<TrainingHook> hooks;
  private final ResNet network;
  private final Replicas replicas;
  private final Evaluator evaluator;

  EpochEvaluation(
      RunConfig config,
      TrainingData data,
      ResNet network,
      List<TrainingHook> hooks,
      Replicas replicas) {
    this.network = network;
    this.replicas = replicas;
    this.config = config;
    this.data = data;
    this.hooks = hooks;
    this.evaluator = new Evaluator(network, data.normalization());
  }

  /**
   * The predictions after an epoch.
   *
   * @param validation predictions of the validation images; null if there are none
   * @param test predictions of the test images; null if there are none or they are not due
   */
  record Result(@Nullable Predictions validation, @Nullable Predictions test) {}

  /**
   * Evaluates validation images, test images where due, and what hooks want.
   *
   * @param epoch the finished epoch, zero-based
   * @param totals the epoch's totals
   * @param stop asked between two batches
   * @return null if asked to stop before the end
   */
  @Nullable Result run(int epoch, EpochTotals totals, BooleanSupplier stop) {
    try {
      boolean ready = hooks.stream().allMatch(hook -> hook.evaluationStarts(epoch, stop));
      if (!ready) {
        return null;
      }
      replicas.shareStatistics(network);
      return evaluate(epoch, totals, stop);
    } finally {
      for (int i = hooks.size() - 1; i >= 0; i--) {
        hooks.get(i).evaluationEnded();
      }
    }
  }

  private @Nullable Result evaluate(int epoch, EpochTotals totals, BooleanSupplier stop) {
    Predictions validation = null;
    if (data.validation().length > 0) {
      validation = replicas.evaluate(evaluator, data.dataset().train(), data.validation(), stop);
      if (validation == null) {
        return null;
      }
    }
    Predictions test = null;
    if (tests(epoch)) {
      test = replicas.evaluate(evaluator, data.dataset().test(), data.test(), stop);
      if (test == null) {
        return null;
      }
    }
    boolean ended = hooks.stream().allMatch(hook -> hook.evaluate(totals, stop));
    return ended ? new Result(validation, test) : null;
  }

  /**
   * Predicts the test images with other parameters and buffers.
   *
   * @param stop asked between two batches
   * @return null if asked to stop before the end
   */
  @Nullable Predictions test(Map<String, HostTensor> deployed, BooleanSupplier stop) {
    Map<String, HostTensor> trained = network.state();
    network.load(deployed);
    try {
      replicas.shareStatistics(network);
      return replicas.evaluate(evaluator, data.dataset().test(), data.test(), stop);
    } finally {
      network.load(trained);
    }
  }

  private boolean tests(int epoch) {
    if (data.test().length == 0) {
      return false;
    }
    int every = config.execution().testEvery();
    return epoch + 1 == config.optimization().epochs() || (every > 0 && (epoch + 1) % every == 0);
  }
}
