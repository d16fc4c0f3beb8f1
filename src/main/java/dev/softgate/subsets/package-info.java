/**
 * Ensembles trained on random subsets of the images, and what they tell about single images.
 *
 * <p>A configuration and a number of networks enter; {@link dev.softgate.subsets.Ensemble} trains
 * them as runs of a {@link dev.softgate.sweep.Sweep} and keeps each network's predictions of all
 * images. {@link dev.softgate.subsets.SubsetsReporter} reads these predictions, network by network,
 * and writes {@code memorization.csv}, {@code influence.csv} and other tables. A process needs
 * nothing of the others but the folder.
 */
@NullMarked
package dev.softgate.subsets;

import org.jspecify.annotations.NullMarked;
