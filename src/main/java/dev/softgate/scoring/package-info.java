/**
 * Measures on what a network said, in plain Java and double precision.
 *
 * <p>What enters are arrays: logits row by row, labels, weights g. What leaves are numbers: a
 * cross-entropy, a softmax, the {@link dev.softgate.scoring.ImageSignals} of single images, the
 * {@link dev.softgate.scoring.PhaseMetrics} of one pass over a set of images. Accuracies are
 * fractions of images, losses are means over images in nats. No tensor appears here, so the
 * arithmetic can be read, tested and reused without a native library, and a loss reported after an
 * evaluation does not depend on batch size or engine but for the logits' own rounding.
 *
 * <p>{@code scoring.statistics} holds scores to a known truth and gives intervals; {@code
 * scoring.labels} scores the labels of training images.
 *
 * <p>May use no other package of Softgate but the root. Start with {@link
 * dev.softgate.scoring.CrossEntropy}.
 */
@NullMarked
package dev.softgate.scoring;

import org.jspecify.annotations.NullMarked;
