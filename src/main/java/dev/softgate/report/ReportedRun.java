package dev.softgate.report;

import dev.softgate.config.RunConfig;
import dev.softgate.interop.CsvTable;
import dev.softgate.run.RunFolder;
import dev.softgate.run.Summary;
import dev.softgate.study.LabelSummary;
import dev.softgate.study.Rewind;
import dev.softgate.study.Suspect;
import dev.softgate.study.SuspectsTable;
import dev.softgate.training.TrainingDynamics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The contents of a run's files (null or empty for missing files) and its color in charts. */
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
    List<Suspect> suspects,
    @Nullable Rewind rewind) {

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
        Files.exists(folder.suspects()) ? SuspectsTable.read(folder.suspects()) : List.of(),
        Files.exists(folder.rewind()) ? Rewind.read(folder.rewind()) : null);
  }

  /** The training dynamics, read at each call; null if there are none. */
  @Nullable TrainingDynamics dynamics() {
    boolean began = metrics != null && metrics.rows() > 0; // before the first epoch ends, they do
    // not exist
    return began && Files.exists(folder.dynamics()) ? TrainingDynamics.open(folder.path()) : null;
  }

  private static @Nullable CsvTable table(Path file) {
    return Files.exists(file) ? CsvTable.read(file) : null;
  }
}
