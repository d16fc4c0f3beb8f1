/**
 * A training as a run: from a request to a folder with its name, and the files in it that people
 * and programs read afterwards; and what a trained network says of images, for the commands that
 * use one.
 *
 * <p>What enters are requests, and results as plain values: the epochs' {@link
 * dev.softgate.training.EpochMetrics}, the arrays of an evaluation, a configuration's words. What
 * leaves are files: {@code summary.json} for programs, {@code metrics.csv} and {@code
 * gates-test.csv} for a data frame, {@code timing.csv} apart because times differ between two
 * otherwise equal runs, and event files for TensorBoard. Each is written whole or not at all and,
 * times aside, is a function of what the run computed: two runs with equal results give equal
 * bytes. What is read back is checked cell by cell, since people edit such files.
 *
 * <p>The package looks down on {@code training}, {@code evaluation} and {@code scoring}, whose
 * values it stores, on {@code model} for the network that it builds, on {@code torch} to start the
 * library, on {@code data} for images and on {@code interop} for the formats; {@code training}
 * knows nothing of it and meets it only as a {@link dev.softgate.training.TrainingListener}. It
 * hands networks on, and leaves tensors to those packages. Start with {@link
 * dev.softgate.experiment.Experiment}, then {@link dev.softgate.experiment.RunFolder} and {@link
 * dev.softgate.experiment.Summary}; for a trained network with {@link
 * dev.softgate.experiment.TrainedNetwork}, then {@link dev.softgate.experiment.Evaluation}.
 */
@NullMarked
package dev.softgate.experiment;

import org.jspecify.annotations.NullMarked;
