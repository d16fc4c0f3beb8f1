/**
 * A network's predictions for images, as plain arrays.
 *
 * <p>The input consists of a network, images and their normalization. The results are {@link
 * dev.softgate.evaluation.Predictions}: logits, gate logits, hardness and g, one row per image, in
 * the order of the requested ids. They hold no tensors, so they can be kept, and measuring them is
 * plain Java.
 *
 * <p>An evaluation always uses running statistics, no augmentation and no gradients, with each
 * batch in its own scope. The network may be in the middle of its training: {@link
 * dev.softgate.evaluation.Evaluator} does not change it.
 *
 * <p>{@link dev.softgate.evaluation.SkippingNetwork} computes additional layers only for images
 * that pass the gates; {@link dev.softgate.evaluation.SkippingEvaluator} runs it on a set.
 *
 * <p>May use {@code data}, {@code model}, {@code gate}, {@code scoring} and {@code torch}. Start
 * with {@link dev.softgate.evaluation.Evaluator}.
 */
@NullMarked
package dev.softgate.evaluation;

import org.jspecify.annotations.NullMarked;
