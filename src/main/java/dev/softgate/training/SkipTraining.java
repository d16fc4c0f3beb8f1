package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.config.SkippingConfig;
import dev.softgate.data.Batch;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipRule;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.evaluation.SkippingEvaluator;
import dev.softgate.evaluation.SkippingNetwork;
import dev.softgate.model.Mode;
import dev.softgate.model.ResNet;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Trains a network with the decisions of {@link HardGates}, and measures what they skip. */
final class SkipTraining implements TrainingHook {

  private final TrainingData data;
  private final ResNet network;
  private final HardGates gates;
  private @Nullable SkipMetrics metrics; // of the last evaluation

  /**
   * Skipping that a configuration asks for, of a network that decides.
   *
   * @throws BadInputException if the targets are not one, or one for each gate
   */
  SkipTraining(RunConfig config, TrainingData data, ResNet network, Replicas replicas) {
    this.data = data;
    this.network = network;
    SkippingConfig skipping = config.skipping();
    this.gates =
        new HardGates(
            network.gateNames().size(),
            skipping.targetSkip(),
            skipping.annealEpochs(),
            !network.spec().gate().trainsItself(),
            config.optimization().seed(),
            replicas);
  }

  @Override
  public Mode stepStarts(Mode mode, Batch batch, Place place) {
    gates.begin(place.epoch(), place.batch(), place.batches());
    return mode.mixing(gates);
  }

  @Override
  public void stepEnded(Trained trained, EpochTotals totals) {
    totals.addSkipped(gates.skipped());
  }

  @Override
  public boolean evaluate(EpochTotals totals, BooleanSupplier stop) {
    List<Double> thresholds = gates.thresholds();
    if (thresholds == null || data.validation().length == 0) {
      metrics = new SkipMetrics(totals.skipRates(), thresholds, null, null);
      return true;
    }
    SkippingEvaluator.Result result =
        new SkippingEvaluator(new SkippingNetwork(network, SkipBlend.HARD), data.normalization())
            .evaluate(data.dataset().train(), data.validation(), SkipRule.atThresholds(thresholds));
    metrics =
        new SkipMetrics(
            totals.skipRates(),
            thresholds,
            result.skipRates(),
            result.predictions().metrics().accuracy());
    return true;
  }

  @Override
  public EpochMetrics measured(EpochMetrics epoch) {
    return epoch.with(Objects.requireNonNull(metrics));
  }

  @Override
  public Checkpoint.Extras save(Checkpoint.Extras extras, Progress progress) {
    List<Double> thresholds = gates.thresholds();
    if (thresholds == null) {
      return extras;
    }
    double most = // a target of 1 needs a threshold above every g
        SkipSetting.greatestThreshold(network.spec().gate(), network.spec().classes());
    return extras.with(
        new SkipSetting(
            thresholds.stream().map(each -> Math.min(most, each)).toList(), SkipBlend.HARD));
  }

  @Override
  public void restore(Checkpoint checkpoint) {
    if (checkpoint.skipping() != null) {
      gates.restore(checkpoint.skipping().thresholds());
    }
  }
}
