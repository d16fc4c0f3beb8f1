/**
 * What is known of images from their features alone: nearest images, and out-of-sample
 * probabilities of the labels. Plain Java, no tensors.
 *
 * <p>Input: the pooled features of a trained network and the given labels. Output: probabilities
 * for {@code scoring.labels}, and neighbors. Start with {@link
 * dev.softgate.scoring.features.Features}.
 */
@NullMarked
package dev.softgate.scoring.features;

import org.jspecify.annotations.NullMarked;
