/**
 * A training as a run: from a request to a folder, and the files in it that people and programs
 * read afterwards.
 *
 * <p>The files are {@code summary.json} for programs, {@code metrics.csv} and {@code
 * gates-test.csv} for a data frame, {@code timing.csv} (apart, because times differ between two
 * otherwise equal runs) and event files for TensorBoard. Each file is written whole or not at all.
 * Times aside, two runs with equal results write equal bytes. Files that are read back are checked
 * cell by cell, because people edit them.
 *
 * <p>{@code training} knows nothing of this package; it meets it only as a {@link
 * dev.softgate.training.TrainingListener}. Start with {@link dev.softgate.run.Experiment}, then
 * {@link dev.softgate.run.RunFolder} and {@link dev.softgate.run.Summary}. For a network that is
 * trained already, {@link dev.softgate.run.TrainedNetwork} finds its checkpoint and {@link
 * dev.softgate.run.OpenNetwork} makes it ready to predict.
 */
@NullMarked
package dev.softgate.run;

import org.jspecify.annotations.NullMarked;
