/**
 * Measures of a network's predictions, in plain Java and double precision.
 *
 * <p>The input consists of arrays: logits row by row, labels, gate values g. The results are
 * numbers: a cross-entropy, a softmax, the {@link dev.softgate.scoring.ImageSignals} of single
 * images, the {@link dev.softgate.scoring.PhaseMetrics} of one pass over a set of images.
 * Accuracies are fractions of images; losses are means over images in nats. There are no tensors,
 * so the arithmetic can be read, tested and reused without a native library. Except for the logits'
 * own rounding, a reported loss does not depend on batch size or engine.
 *
 * <p>{@code scoring.statistics} compares scores with a known truth and computes intervals; {@code
 * scoring.labels} scores the labels of training images.
 *
 * <p>May use no other package of Softgate but the root. Start with {@link
 * dev.softgate.scoring.CrossEntropy}.
 */
@NullMarked
package dev.softgate.scoring;

import org.jspecify.annotations.NullMarked;
