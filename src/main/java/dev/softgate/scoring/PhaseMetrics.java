package dev.softgate.scoring;

import dev.softgate.Range;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a set of images measured.
 *
 * @param images how many images the pass saw
 * @param accuracy fraction of them whose most probable class is their label, in [0, 1]
 * @param classificationLoss mean cross-entropy of the classifier, in nats
 * @param gateLoss mean over images and gates of what trains a gate by itself, the cross-entropy of
 *     a gate classifier in nats, or of the penalty that presses on it, before it is weighed; null
 *     where there is neither
 * @param meanGate mean of g over images and gates; null without a gate
 */
public record PhaseMetrics(
    @Range(from = 0) int images,
    @Range(from = 0, to = 1) double accuracy,
    @Range double classificationLoss,
    @Range @Nullable Double gateLoss,
    @Range @Nullable Double meanGate) {}
