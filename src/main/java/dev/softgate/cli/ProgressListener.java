package dev.softgate.cli;

import dev.softgate.training.EpochMetrics;
import dev.softgate.training.TrainingListener;
import java.time.Duration;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a training to a person: one line in the log for each epoch and, on a terminal, a live bar
 * for the epoch under way. The bar leaves nothing behind.
 */
final class ProgressListener implements TrainingListener, AutoCloseable {

  /** Set by the launcher when standard error is a terminal. */
  static final String TERMINAL_PROPERTY = "softgate.terminal";

  private static final Logger LOG = LoggerFactory.getLogger(ProgressListener.class);
  private static final int UPDATE_MILLISECONDS = 250;

  private final @Nullable ProgressBarConsumer terminal;
  private @Nullable ProgressBar bar;
  private int epochs;
  private int trainImages;
  private double secondsPerEpoch = Double.NaN;

  /**
   * A listener for one training.
   *
   * @param terminal draws the bar; null for none
   */
  ProgressListener(@Nullable ProgressBarConsumer terminal) {
    this.terminal = terminal;
  }

  /** With a bar if standard error is a terminal. */
  static ProgressListener forStandardError() {
    return new ProgressListener(
        Boolean.getBoolean(TERMINAL_PROPERTY) ? new ConsoleProgressBarConsumer(System.err) : null);
  }

  @Override
  public void trainingStarted(int firstEpoch, int epochs, int batchesPerEpoch, int trainImages) {
    this.epochs = epochs;
    this.trainImages = trainImages;
  }

  @Override
  public void stepFinished(StepProgress progress) {
    if (terminal == null) {
      return;
    }
    boolean first = bar == null;
    if (bar == null) {
      bar = start(terminal, progress);
    }
    bar.stepTo(progress.batch() + 1L);
    bar.setExtraMessage("  " + ProgressText.step(progress, secondsLeft(progress)));
    if (first) {
      bar.refresh();
    }
    if (progress.batch() + 1 == progress.batches()) {
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

  /** Of the whole training, as long as an epoch as the last one, or at the present speed. */
  private double secondsLeft(StepProgress progress) {
    double epochSeconds =
        Double.isNaN(secondsPerEpoch) ? trainImages / progress.imagesPerSecond() : secondsPerEpoch;
    double done = (progress.batch() + 1.0) / progress.batches();
    return epochSeconds * (epochs - progress.epoch() - done);
  }

  private ProgressBar start(ProgressBarConsumer consumer, StepProgress progress) {
    return new ProgressBarBuilder()
        .setTaskName(ProgressText.epoch(progress.epoch(), epochs))
        .setInitialMax(progress.batches())
        .setStyle(ProgressBarStyle.ASCII)
        .setUpdateIntervalMillis(UPDATE_MILLISECONDS)
        .setConsumer(consumer)
        .clearDisplayOnFinish()
        .startsFrom(progress.batch(), Duration.ZERO)
        .build();
  }

  /** Removes the bar of an epoch that did not end. */
  @Override
  public void close() {
    clear();
  }

  private void clear() {
    if (bar != null) {
      bar.close();
      bar = null;
      if (terminal != null) {
        terminal.clear(); // a bar that closes before its own thread first drew it stays otherwise
      }
    }
  }
}
