package dev.softgate.training;

import dev.softgate.evaluation.GateValues;
import dev.softgate.scoring.PhaseMetrics;
import java.nio.file.Path;
import java.util.List;

/**
 * Watches a training: progress bars, event files and logs are listeners. All calls come from the
 * training thread, in the order below; a listener that throws ends the training.
 */
public interface TrainingListener {

  /** The training is about to take its first step, at {@code firstEpoch} (zero-based). */
  default void trainingStarted(int firstEpoch, int epochs, int batchesPerEpoch, int trainImages) {}

  /** A step was taken. */
  default void stepFinished(StepProgress progress) {}

  /**
   * An epoch and its evaluations are over, and its checkpoint is not yet written.
   *
   * @param gates the values of g of this epoch, for histograms
   * @param timing how long the epoch took
   */
  default void epochFinished(EpochMetrics metrics, EpochGates gates, EpochTiming timing) {}

  /**
   * A checkpoint is on disk.
   *
   * @param history the finished epochs that it holds
   */
  default void checkpointSaved(Path file, List<EpochMetrics> history) {}

  /**
   * Where the training stands after a step. Means are over the images of this epoch so far.
   *
   * @param epoch zero-based
   * @param batch zero-based, the batch just done
   * @param batches in this epoch
   * @param classificationLoss running mean, nats
   * @param accuracy running fraction of images classified as labeled
   * @param meanGate running mean of g; NaN without a gate
   * @param imagesPerSecond training speed over the recent steps
   */
  record StepProgress(
      int epoch,
      int batch,
      int batches,
      double classificationLoss,
      double accuracy,
      double meanGate,
      double imagesPerSecond) {

    /** The progress after a step. */
    static StepProgress of(TrainingHook.Place place, PhaseMetrics means, double imagesPerSecond) {
      return new StepProgress(
          place.epoch(),
          place.batch(),
          place.batches(),
          means.classificationLoss(),
          means.accuracy(),
          means.meanGate() == null ? Double.NaN : means.meanGate(),
          imagesPerSecond);
    }
  }

  /**
   * The values of g seen in an epoch.
   *
   * @param names names of the gates
   * @param train a row for each gate, a value for each image, in the order trained
   * @param validation values for each gate, in the order of the validation ids; empty without
   *     validation images
   */
  @SuppressWarnings("ArrayRecordComponent")
  record EpochGates(List<String> names, float[][] train, List<GateValues> validation) {}

  /**
   * How long an epoch took.
   *
   * @param trainSeconds training steps alone, in seconds
   * @param totalSeconds with evaluations, in seconds
   * @param imagesPerSecond images trained on in this session by {@code trainSeconds}
   */
  record EpochTiming(double trainSeconds, double totalSeconds, double imagesPerSecond) {}
}
