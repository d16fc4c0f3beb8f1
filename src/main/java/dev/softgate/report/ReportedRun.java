package dev.softgate.report;

import dev.softgate.config.RunConfig;
import dev.softgate.interop.CsvTable;
import dev.softgate.run.RunFolder;
import dev.softgate.run.Summary;
import dev.softgate.study.LabelSummary;
import dev.softgate.study.Rewind;
import dev.softgate.training.TrainingDynamics;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the files of a run hold; null for those that are not there.
 *
 * @param color its number in the charts
 * @param name what the page calls it
 * @param folder where it lies
 * @param config what it was asked for
 * @param summary what it reached
 * @param metrics a row an epoch
 * @param gates a row a test image
 * @param skipCurve accuracy against compute
 * @param scores a row a train image
 * @param labels what these come to
 * @param rewind what single units hold
 */
record ReportedRun(
    int color,
    String name,
    RunFolder folder,
    RunConfig config,
    @Nullable Summary summary,
    @Nullable CsvTable metrics,
    @Nullable CsvTable gates,
    @Nullable CsvTable skipCurve,
    @Nullable LabelTable scores,
    @Nullable LabelSummary labels,
    @Nullable Rewind rewind) {

  /**
   * Reads a run.
   *
   * @throws dev.softgate.BadInputException if it is none, or a file is damaged
   */
  static ReportedRun read(int color, String name, RunFolder folder) {
    return new ReportedRun(
        color,
        name,
        folder,
        RunConfig.read(folder.config()),
        Files.exists(folder.summary()) ? Summary.read(folder.summary()) : null,
        table(folder.metrics()),
        table(folder.gatesTest()),
        table(folder.skipCurve()),
        Files.exists(folder.scores()) ? LabelTable.read(folder.scores()) : null,
        Files.exists(folder.scoresSummary()) ? LabelSummary.read(folder.scoresSummary()) : null,
        Files.exists(folder.rewind()) ? Rewind.read(folder.rewind()) : null);
  }

  /**
   * What was written down of the train images, read anew at each call, as it may be large; null
   * where there is nothing.
   *
   * @throws dev.softgate.BadInputException if a file is missing or damaged
   */
  @Nullable TrainingDynamics dynamics() {
    boolean began = metrics != null && metrics.rows() > 0; // before, there is no epoch yet
    return began && Files.exists(folder.dynamics()) ? TrainingDynamics.open(folder.path()) : null;
  }

  private static @Nullable CsvTable table(Path file) {
    return Files.exists(file) ? CsvTable.read(file) : null;
  }
}
