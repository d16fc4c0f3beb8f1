/**
 * Scores that estimate for each training image whether its label is right, in plain Java.
 *
 * <p>The input was recorded while a network was trained, an array of epochs × N for each quantity,
 * or consists of its predictions, N×K probabilities. The result is one score per image, in [0, 1];
 * a high score means a good label. No clean label is used; {@link
 * dev.softgate.scoring.statistics.Ranking} compares a score with the truth if that is known.
 *
 * <p>To follow a score over the course of training, compute it from the rows of the first epochs.
 *
 * <p>May use {@code scoring.statistics}. Start with {@link
 * dev.softgate.scoring.labels.LabelScores}.
 */
@NullMarked
package dev.softgate.scoring.labels;

import org.jspecify.annotations.NullMarked;
