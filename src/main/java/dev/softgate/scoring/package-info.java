/**
 * Measures of a network's predictions, in plain Java and double precision, without a native
 * library. Arrays enter: logits row by row, labels, gate values g. Numbers leave: accuracies as
 * fractions of images, losses as means over images in nats. Except for the logits' own rounding, a
 * reported loss does not depend on batch size or engine.
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
