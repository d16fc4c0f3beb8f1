/**
 * Scores that say of each training image whether its label is to be trusted, in plain Java.
 *
 * <p>What enters was recorded while a network was trained, an array of epochs × N a quantity, or
 * what it predicts, N×K probabilities. What leaves is a score an image, in [0, 1], high = good
 * label. None of it sees a clean label; {@link dev.softgate.scoring.statistics.Ranking} holds a
 * score to the truth where that is known.
 *
 * <p>A score as it develops in the course of training is the score of the first epochs' rows.
 *
 * <p>May use {@code scoring.statistics}. Start with {@link
 * dev.softgate.scoring.labels.LabelScores}.
 */
@NullMarked
package dev.softgate.scoring.labels;

import org.jspecify.annotations.NullMarked;
