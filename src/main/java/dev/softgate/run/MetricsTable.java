package dev.softgate.run;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.training.EpochMetrics;
import dev.softgate.training.SkipMetrics;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of all epochs so far as a table: {@code metrics.csv}, a header and a row an epoch.
 * Numbers are written so that reading gives back the same bits, and a cell is empty where nothing
 * was measured. Columns, in the units of {@link EpochMetrics}: {@code epoch} (from zero), {@code
 * learning_rate}, {@code gate_learning_rate}, then for {@code train}, {@code val} and {@code test}
 * each {@code …_images}, {@code …_accuracy}, {@code …_loss}, {@code …_gate_loss} and {@code
 * …_mean_gate}; then of hard gates {@code train_skip_rate}, {@code val_skip_rate} (means over the
 * gates) and {@code val_skip_accuracy}.
 */
public final class MetricsTable {

  private static final List<String> PHASES = List.of("train", "val", "test");
  private static final List<String> MEASURES =
      List.of("images", "accuracy", "loss", "gate_loss", "mean_gate");

  private MetricsTable() {}

  /**
   * Writes the table in place of {@code file}, whole or not at all.
   *
   * @param epochs in order
   * @throws UncheckedIOException if that fails
   */
  public static void write(Path file, List<EpochMetrics> epochs) {
    StringBuilder text = new StringBuilder(String.join(",", columns())).append('\n');
    for (EpochMetrics epoch : epochs) {
      text.append(String.join(",", cells(epoch))).append('\n');
    }
    AtomicFiles.writeString(file, text.toString());
  }

  private static List<String> columns() {
    List<String> columns = new ArrayList<>(List.of("epoch", "learning_rate", "gate_learning_rate"));
    for (String phase : PHASES) {
      MEASURES.forEach(measure -> columns.add(phase + "_" + measure));
    }
    columns.addAll(List.of("train_skip_rate", "val_skip_rate", "val_skip_accuracy"));
    return columns;
  }

  private static List<String> cells(EpochMetrics metrics) {
    List<String> cells = new ArrayList<>();
    cells.add(Integer.toString(metrics.epoch()));
    cells.add(Double.toString(metrics.learningRate()));
    cells.add(cell(metrics.gateLearningRate()));
    addPhase(cells, metrics.train());
    addPhase(cells, metrics.validation());
    addPhase(cells, metrics.test());
    SkipMetrics skipping = metrics.skipping();
    cells.add(rate(skipping == null ? null : skipping.trainRates()));
    cells.add(rate(skipping == null ? null : skipping.validationRates()));
    cells.add(cell(skipping == null ? null : skipping.validationAccuracy()));
    return cells;
  }

  private static void addPhase(List<String> cells, @Nullable PhaseMetrics phase) {
    if (phase == null) {
      MEASURES.forEach(measure -> cells.add(""));
      return;
    }
    cells.add(Integer.toString(phase.images()));
    cells.add(Double.toString(phase.accuracy()));
    cells.add(Double.toString(phase.classificationLoss()));
    cells.add(cell(phase.gateLoss()));
    cells.add(cell(phase.meanGate()));
  }

  private static String rate(@Nullable List<Double> rates) {
    return rates == null ? "" : Double.toString(SkipMetrics.mean(rates));
  }

  private static String cell(@Nullable Double value) {
    return value == null ? "" : Double.toString(value);
  }
}
