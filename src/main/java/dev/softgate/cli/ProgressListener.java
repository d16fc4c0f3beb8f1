package dev.softgate.cli;

import dev.softgate.training.EpochMetrics;
import dev.softgate.training.TrainingListener;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a training: one line in the log for each epoch and, on a terminal, a live bar for the
 * current epoch. The bar leaves nothing behind.
 */
final class ProgressListener implements TrainingListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProgressListener.class);

  private static final int LONG_STEP_SECONDS = 10;

  /** From this duration on, the extra work of the first step does not matter. */
  private static final int VERY_LONG_STEP_SECONDS = 60;

  private final @Nullable LiveLine line;
  private boolean measured;
  private int steps;
  private int epochs;
  private int trainImages;
  private double secondsPerEpoch = Double.NaN;

  /**
   * A listener for one training.
   *
   * @param line the live line; null for none
   */
  ProgressListener(@Nullable LiveLine line) {
    this.line = line;
  }

  /** With a bar if standard error is a terminal. */
  static ProgressListener forStandardError() {
    return new ProgressListener(LiveLine.onStandardError());
  }

  @Override
  public void trainingStarted(int firstEpoch, int epochs, int batchesPerEpoch, int trainImages) {
    this.epochs = epochs;
    this.trainImages = trainImages;
  }

  @Override
  public void stepFinished(StepProgress progress) {
    steps++;
    if (!measured) {
      double epochSeconds = trainImages / progress.imagesPerSecond();
      double stepSeconds = epochSeconds / progress.batches();
      measured = steps == 2 || stepSeconds >= VERY_LONG_STEP_SECONDS;
      if (measured && stepSeconds >= LONG_STEP_SECONDS) {
        LOG.info(
            "a step takes {}, an epoch of {} steps {}",
            ProgressText.time(stepSeconds),
            progress.batches(),
            ProgressText.time(epochSeconds));
      }
    }
    if (line == null) {
      return;
    }
    int done = progress.batch() + 1;
    line.show(
        ProgressText.epoch(progress.epoch(), epochs),
        done,
        progress.batches(),
        done
            + "/"
            + progress.batches()
            + "  "
            + ProgressText.step(progress, secondsLeft(progress)));
    if (done == progress.batches()) {
      clear();
    }
  }

  @Override
  public void epochFinished(EpochMetrics metrics, EpochGates gates, EpochTiming timing) {
    clear();
    secondsPerEpoch = timing.totalSeconds();
    double secondsLeft = secondsPerEpoch * (epochs - 1 - metrics.epoch());
    LOG.info(ProgressText.summary(metrics, timing, epochs, secondsLeft));
  }

  /**
   * Estimates the whole training's remaining time from the last epoch, or from the current speed.
   */
  private double secondsLeft(StepProgress progress) {
    double epochSeconds =
        Double.isNaN(secondsPerEpoch) ? trainImages / progress.imagesPerSecond() : secondsPerEpoch;
    double done = (progress.batch() + 1.0) / progress.batches();
    return epochSeconds * (epochs - progress.epoch() - done);
  }

  /** Removes the bar of an unfinished epoch. */
  @Override
  public void close() {
    clear();
  }

  /** Makes room for a line of the log; the next step restores the bar. */
  void clear() {
    if (line != null) {
      line.clear();
    }
  }
}
