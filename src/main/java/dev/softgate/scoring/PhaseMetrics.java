package dev.softgate.scoring;

import org.jspecify.annotations.Nullable;

/**
 * What one pass over a set of images measured.
 *
 * @param images how many images the pass saw
 * @param accuracy fraction of them whose most probable class is their label, in [0, 1]
 * @param classificationLoss mean cross-entropy of the classifier, in nats
 * @param gateLoss mean cross-entropy of the gate classifier, in nats; null without a gate
 * @param meanGate mean of g over the images, in (0, 1); null without a gate
 */
public record PhaseMetrics(
    int images,
    double accuracy,
    double classificationLoss,
    @Nullable Double gateLoss,
    @Nullable Double meanGate) {}
