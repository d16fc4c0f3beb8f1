/**
 * The training of a network: one step, all epochs, and how a killed training resumes.
 *
 * <p>{@link dev.softgate.training.Trainer} runs the epochs, batches, evaluations and checkpoints in
 * the order in which they happen. {@link dev.softgate.training.TrainingStep} is one batch: forward,
 * two losses, one backward, two updates. Both learning rates are pure functions of the epoch:
 * {@link dev.softgate.training.LearningRateSchedule} and {@link dev.softgate.config.GateSchedule}.
 * {@link dev.softgate.training.Sgd} is the optimizer; a gated network has two. What only some
 * trainings do, such as training to skip, is a {@link dev.softgate.training.TrainingHook}.
 *
 * <p>{@link dev.softgate.training.TrainingData} turns the data settings into images and ids, and
 * {@link dev.softgate.training.Suspects} names the images that are left out. The results are the
 * trained weights in the network that was handed in, {@link dev.softgate.training.EpochMetrics} for
 * {@link dev.softgate.training.TrainingListener}s, and {@link dev.softgate.training.Checkpoint}s.
 *
 * <p>Training draws no random numbers. The order of an epoch and the crop of an image are functions
 * of the seed, the epoch and the image's id. So {@link dev.softgate.training.Progress} (epoch,
 * batch, sums so far) is the whole random state, and a resumed run ends with the same bits
 * (docs/decisions/0005).
 *
 * <p>The package knows nothing of run folders. Start with {@link dev.softgate.training.Trainer}.
 */
@NullMarked
package dev.softgate.training;

import org.jspecify.annotations.NullMarked;
