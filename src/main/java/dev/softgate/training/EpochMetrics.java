package dev.softgate.training;

import dev.softgate.Range;
import dev.softgate.scoring.PhaseMetrics;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one finished epoch: a row of {@code metrics.csv}. It holds no times, so that two
 * runs of one configuration give equal rows.
 *
 * @param epoch zero-based
 * @param learningRate the backbone's learning rate in this epoch, or in its first step
 * @param gateLearningRate the gate's learning rate in this epoch; null without a gate
 * @param train measured while training, on augmented images, in training mode
 * @param validation measured after the epoch; null where no images are held out
 * @param test measured after the epoch; null in epochs that do not test, and without test images
 * @param skipping what hard gates did; null without hard gates
 */
public record EpochMetrics(
    @Range(from = 0) int epoch,
    @Range(from = 0) double learningRate,
    @Range(from = 0) @Nullable Double gateLearningRate,
    PhaseMetrics train,
    @Nullable PhaseMetrics validation,
    @Nullable PhaseMetrics test,
    @Nullable SkipMetrics skipping) {

  /** The same with what hard gates did. */
  EpochMetrics with(SkipMetrics skipped) {
    return new EpochMetrics(
        epoch, learningRate, gateLearningRate, train, validation, test, skipped);
  }
}
