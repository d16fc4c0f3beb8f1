/**
 * Scores that estimate for each training image whether its label is right, in plain Java. The input
 * was recorded during a training, epochs × N for each quantity, or consists of N×K predicted
 * probabilities. The result is one score per image, in [0, 1]; a high score means a good label. No
 * clean label is used.
 *
 * <p>May use {@code scoring.statistics}. Start with {@link
 * dev.softgate.scoring.labels.LabelScores}.
 */
@NullMarked
package dev.softgate.scoring.labels;

import org.jspecify.annotations.NullMarked;
