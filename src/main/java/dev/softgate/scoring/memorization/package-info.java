/**
 * What an ensemble trained on random subsets tells about single images: how much more often
 * networks predict an image's label after training on it, which training images change the
 * prediction of which test images, and whether a network was trained on an image.
 *
 * <p>Predictions enter network by network, in any number; estimates with their errors leave. Plain
 * Java, no tensors. Start at {@link dev.softgate.scoring.memorization.SubsetEstimates}.
 */
@NullMarked
package dev.softgate.scoring.memorization;

import org.jspecify.annotations.NullMarked;
