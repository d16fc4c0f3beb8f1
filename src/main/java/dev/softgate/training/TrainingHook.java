package dev.softgate.training;

import dev.softgate.data.Batch;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.Mode;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * A part of a training that not every training has. {@link Trainer} marks the places where its loop
 * calls all hooks; a hook overrides the methods that it needs. What only watches a training is a
 * {@link TrainingListener}.
 */
interface TrainingHook {

  /** The training begins or continues with this epoch, zero-based. */
  default void trainingStarted(int epoch) {}

  /**
   * A step is about to be taken.
   *
   * @param mode how the network would compute the batch
   * @return how it shall compute the batch
   */
  default Mode stepStarts(Mode mode, Batch batch, Place place) {
    return mode;
  }

  /**
   * A step was taken, and its losses are finite.
   *
   * @param trained its images and results, of all processes
   * @param totals the epoch's totals, this step included
   */
  default void stepEnded(Trained trained, EpochTotals totals) {}

  /**
   * The network is about to be evaluated: turns it into the network to deploy.
   *
   * @param epoch the finished epoch, zero-based
   * @param stop asked between two batches
   * @return false if asked to stop
   */
  default boolean evaluationStarts(int epoch, BooleanSupplier stop) {
    return true;
  }

  /**
   * Evaluates more than validation and test images.
   *
   * @param totals the epoch's totals
   * @param stop asked between two batches
   * @return false if asked to stop
   */
  default boolean evaluate(EpochTotals totals, BooleanSupplier stop) {
    return true;
  }

  /**
   * The evaluation is over, failed or was stopped: restores the network. The hooks are called in
   * the opposite order.
   */
  default void evaluationEnded() {}

  /** The epoch's metrics are known: adds to them. */
  default EpochMetrics measured(EpochMetrics metrics) {
    return metrics;
  }

  /** The epoch, zero-based, is over, and the listeners know; a checkpoint follows. */
  default void epochEnded(int epoch) {}

  /**
   * What a checkpoint holds as its network, and an evaluation loads.
   *
   * @param state the network's, by published name
   */
  default Map<String, HostTensor> kept(Map<String, HostTensor> state) {
    return state;
  }

  /**
   * Adds what a checkpoint must hold so that the training can continue.
   *
   * @param progress the checkpoint's progress
   */
  default Checkpoint.Extras save(Checkpoint.Extras extras, Progress progress) {
    return extras;
  }

  /** Continues from what {@link #save} added. */
  default void restore(Checkpoint checkpoint) {}

  /**
   * The images of a step, of all processes in the common order, and its results.
   *
   * @param ids int32, N
   * @param labels int32, N, in [0, K)
   */
  @SuppressWarnings("ArrayRecordComponent")
  record Trained(int[] ids, int[] labels, TrainingStep.Result result) {}

  /**
   * A step in the training.
   *
   * @param epoch zero-based
   * @param batch zero-based, in the epoch
   * @param batches batches in the epoch
   */
  record Place(int epoch, int batch, int batches) {
    /** The share of the epoch's steps that are over, in [0, 1). */
    double done() {
      return (double) batch / batches;
    }
  }
}
