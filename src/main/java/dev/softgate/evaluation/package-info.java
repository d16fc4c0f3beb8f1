/**
 * A network's predictions for images, as plain arrays. A network, images and their normalization
 * enter; {@link dev.softgate.evaluation.Predictions} leave: logits, gate logits, hardness and g,
 * one row per image, in the order of the requested ids.
 *
 * <p>An evaluation uses running statistics, no augmentation and no gradients, with each batch in
 * its own scope. It does not change the network, which may be in the middle of its training.
 *
 * <p>May use {@code data}, {@code model}, {@code gate}, {@code scoring} and {@code torch}. Start
 * with {@link dev.softgate.evaluation.Evaluator}; {@link dev.softgate.evaluation.SkippingEvaluator}
 * skips layers.
 */
@NullMarked
package dev.softgate.evaluation;

import org.jspecify.annotations.NullMarked;
