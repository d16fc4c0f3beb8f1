package dev.softgate.scoring;

import dev.softgate.Range;
import org.jspecify.annotations.Nullable;

/**
 * The measurements of one pass over a set of images.
 *
 * @param images the number of images
 * @param accuracy the fraction of images whose most probable class is their label, in [0, 1]
 * @param classificationLoss mean cross-entropy of the classifier, in nats
 * @param gateLoss the mean over images and gates of a gate's own loss, before weighting: the
 *     cross-entropy of a gate classifier in nats, or a penalty; null if there is neither
 * @param meanGate mean of g over images and gates; null without a gate
 */
public record PhaseMetrics(
    @Range(from = 0) int images,
    @Range(from = 0, to = 1) double accuracy,
    @Range double classificationLoss,
    @Range @Nullable Double gateLoss,
    @Range @Nullable Double meanGate) {}
