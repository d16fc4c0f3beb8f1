package dev.softgate.run;

import dev.softgate.interop.TensorBoardWriter;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.training.EpochMetrics;
import dev.softgate.training.SkipMetrics;
import dev.softgate.training.TrainingListener;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records every epoch for TensorBoard under the tags of the published logs, so that the two
 * overlay: {@code train_accuracy val_accuracy test_accuracy} in percent, {@code train_loss_cls} and
 * {@code train_loss_gatecel} (and {@code val_…}, {@code test_…}) in nats, their sums {@code
 * tot_train_loss tot_val_loss tot_test_loss}, {@code lr gate_lr}, and histograms {@code g Values,
 * train} and {@code g Values, validation}, with the gate's name where there are several. Hard gates
 * add, a gate each, the fractions {@code train_skip b3} and {@code val_skip b3} and {@code
 * threshold b3}, and {@code val_skip_accuracy} in percent. A step is an epoch, counted from 1. What
 * was not measured is not recorded.
 *
 * <p>Differs: losses are true means over images. The published logs hold sum(batch means)/N, which
 * is smaller by about the batch size.
 */
public final class TensorBoardListener implements TrainingListener, AutoCloseable {

  private static final double PERCENT = 100;

  private final Path folder;
  private @Nullable TensorBoardWriter writer;

  /**
   * Records into {@code folder}; the event file is made when the training starts.
   *
   * @param folder the run's folder
   */
  public TensorBoardListener(Path folder) {
    this.folder = folder;
  }

  @Override
  public void trainingStarted(int firstEpoch, int epochs, int batchesPerEpoch, int trainImages) {
    close();
    // Also of a first start: a run killed before its first checkpoint starts at epoch 0 again.
    writer = TensorBoardWriter.create(folder, step(firstEpoch));
  }

  @Override
  public void epochFinished(EpochMetrics metrics, EpochGates gates, EpochTiming timing) {
    TensorBoardWriter out = writer;
    if (out == null) {
      throw new IllegalStateException("an epoch finished before the training started");
    }
    long step = step(metrics.epoch());
    phase(out, "train", metrics.train(), step);
    phase(out, "val", metrics.validation(), step);
    phase(out, "test", metrics.test(), step);
    out.scalar("lr", step, metrics.learningRate());
    if (metrics.gateLearningRate() != null) {
      out.scalar("gate_lr", step, metrics.gateLearningRate());
    }
    skipping(out, metrics.skipping(), gates.names(), step);
    boolean several = gates.names().size() > 1;
    for (int i = 0; i < gates.names().size(); i++) {
      String tag = "g Values" + (several ? " " + gates.names().get(i) : "");
      out.histogram(tag + ", train", step, gates.train()[i]);
      if (!gates.validation().isEmpty()) {
        out.histogram(tag + ", validation", step, gates.validation().get(i).g());
      }
    }
    out.flush();
  }

  private static void phase(
      TensorBoardWriter out, String name, @Nullable PhaseMetrics metrics, long step) {
    if (metrics == null) {
      return;
    }
    double total = metrics.classificationLoss();
    out.scalar(name + "_accuracy", step, PERCENT * metrics.accuracy());
    out.scalar(name + "_loss_cls", step, metrics.classificationLoss());
    if (metrics.gateLoss() != null) {
      out.scalar(name + "_loss_gatecel", step, metrics.gateLoss());
      total += metrics.gateLoss();
    }
    out.scalar("tot_" + name + "_loss", step, total);
  }

  private static void skipping(
      TensorBoardWriter out, @Nullable SkipMetrics skipping, List<String> names, long step) {
    if (skipping == null) {
      return;
    }
    for (int i = 0; i < names.size(); i++) {
      out.scalar("train_skip " + names.get(i), step, skipping.trainRates().get(i));
      if (skipping.thresholds() != null) {
        out.scalar("threshold " + names.get(i), step, skipping.thresholds().get(i));
      }
      if (skipping.validationRates() != null) {
        out.scalar("val_skip " + names.get(i), step, skipping.validationRates().get(i));
      }
    }
    if (skipping.validationAccuracy() != null) {
      out.scalar("val_skip_accuracy", step, PERCENT * skipping.validationAccuracy());
    }
  }

  private static long step(int epoch) {
    return epoch + 1L;
  }

  /** Ends the event file, if one was started. */
  @Override
  public void close() {
    if (writer != null) {
      writer.close();
      writer = null;
    }
  }
}
