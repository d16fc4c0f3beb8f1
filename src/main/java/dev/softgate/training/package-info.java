/**
 * The training of a network: what decides it, one step of it, all of it, and how it goes on after a
 * kill.
 *
 * <p>What enters is a {@link dev.softgate.training.RunConfig}, complete and checked: every value
 * stands in the file, so a later change of a default changes no earlier run (docs/decisions/0008).
 * {@link dev.softgate.training.TrainingData} turns its data section into images and ids, and {@link
 * dev.softgate.training.Suspects} says which of them are left out. What leaves are trained weights
 * in the network that was handed in, {@link dev.softgate.training.EpochMetrics}, told to {@link
 * dev.softgate.training.TrainingListener}s, and {@link dev.softgate.training.Checkpoint}s in the
 * {@link dev.softgate.training.CheckpointStore} of the run.
 *
 * <p>{@link dev.softgate.training.Trainer} is the map of the program: epochs, batches, evaluations,
 * checkpoints, in the order in which they happen. {@link dev.softgate.training.TrainingStep} is one
 * batch: forward, two losses, one backward, two updates. Both learning rates are pure functions of
 * the epoch, {@link dev.softgate.training.LearningRateSchedule} and {@link
 * dev.softgate.training.GateSchedule}. {@link dev.softgate.training.Sgd} is the optimizer, of which
 * a gated network has two.
 *
 * <p>Nothing random is drawn while training. The order of an epoch and the crop of an image are
 * functions of the seed, the epoch and the image's id, so a {@link dev.softgate.training.Progress}
 * (epoch, batch, sums so far) is the whole random state, and a resumed run ends with the same bits
 * (docs/decisions/0005).
 *
 * <p>Three audiences share the package's files: readers of the method want {@code Trainer}, {@code
 * TrainingStep} and the schedules; {@code Config…} types read, check and write settings; {@code
 * Checkpoint} and {@code Progress} are for resuming. What is seen of each image on the way, {@code
 * DynamicsRecorder} writes down and {@link dev.softgate.training.TrainingDynamics} reads.
 *
 * <p>May use {@code data}, {@code evaluation}, {@code scoring}, {@code model}, {@code gate}, {@code
 * torch} and {@code interop}; knows no run folders, which watch it as listeners, but for the name
 * of the dynamics' own. Start with {@link dev.softgate.training.Trainer}.
 */
@NullMarked
package dev.softgate.training;

import org.jspecify.annotations.NullMarked;
