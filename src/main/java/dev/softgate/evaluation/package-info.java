/**
 * What a network says of images, as plain arrays.
 *
 * <p>What enters are a network as it is, images and their normalization. What leaves are {@link
 * dev.softgate.evaluation.Predictions}: logits, gate logits, hardness and g, one row an image, in
 * the order of the ids that were asked for. They hold no tensors, so they may be kept as long as
 * anyone likes, and whatever is measured on them is plain Java.
 *
 * <p>An evaluation is in evaluation mode throughout: running statistics, no augmentation, no
 * gradients, each batch in a scope of its own. A network may be in the middle of its training; the
 * {@link dev.softgate.evaluation.Evaluator} changes nothing of it.
 *
 * <p>{@link dev.softgate.evaluation.SkippingNetwork} computes additional layers for those images
 * only that pass the gates; {@link dev.softgate.evaluation.SkippingEvaluator} runs it over a set.
 *
 * <p>May use {@code data}, {@code model}, {@code gate}, {@code scoring} and {@code torch}. Start
 * with {@link dev.softgate.evaluation.Evaluator}.
 */
@NullMarked
package dev.softgate.evaluation;

import org.jspecify.annotations.NullMarked;
