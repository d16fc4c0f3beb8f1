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
 * The contents of a run's files; null for files that do not exist.
 *
 * @param color its color in the charts
 * @param name its name on the page
 * @param folder its folder
 * @param config its configuration
 * @param summary its results
 * @param metrics one row per epoch
 * @param gates one row per test image
 * @param skipCurve accuracy against compute
 * @param scores one row per train image
 * @param labels the summary of the scores
 * @param rewind predictions with single units put back to earlier epochs
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
   * @throws dev.softgate.BadInputException if the folder is not a run or a file is damaged
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
   * The training dynamics of the train images; null if there are none. They may be large, so each
   * call reads them again.
   *
   * @throws dev.softgate.BadInputException if a file is missing or damaged
   */
  @Nullable TrainingDynamics dynamics() {
    boolean began = metrics != null && metrics.rows() > 0; // before the first epoch ends, they do
    // not exist
    return began && Files.exists(folder.dynamics()) ? TrainingDynamics.open(folder.path()) : null;
  }

  private static @Nullable CsvTable table(Path file) {
    return Files.exists(file) ? CsvTable.read(file) : null;
  }
}
