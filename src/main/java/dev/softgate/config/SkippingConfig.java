package dev.softgate.config;

import dev.softgate.training.Distillation;
import dev.softgate.training.HardGates;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a network learns to leave layers out; see {@link HardGates} and {@link Distillation}.
 *
 * @param targetSkip the share of the images that is to skip the additional layers, in [0, 1]: one
 *     for all gates, or one for each; null for none in particular, so that thresholds are drawn
 *     anew for each batch. Of hard gates only
 * @param annealEpochs first epochs, over which the share that skips rises from 0
 * @param skipLoss weight of the classification loss that the batch would have if all its images
 *     skipped at the last gate, beside the loss that it has; at least 0. Of hard gates only
 * @param distill a run or checkpoint whose answers are learned from as well as labels; null for
 *     none
 * @param distillWeight of those answers in the classification loss, in [0, 1]; the rest is of the
 *     labels
 * @param distillTemperature T, by which the logits of both are divided
 */
public record SkippingConfig(
    @Nullable List<Double> targetSkip,
    int annealEpochs,
    double skipLoss,
    @Nullable Path distill,
    double distillWeight,
    double distillTemperature) {

  /** Copies the list. */
  public SkippingConfig {
    targetSkip = targetSkip == null ? null : List.copyOf(targetSkip);
  }
}
