package dev.softgate.sweep;

import dev.softgate.BadInputException;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.CsvTable;
import dev.softgate.run.RunFolder;
import dev.softgate.run.RunLock;
import dev.softgate.run.Summary;
import dev.softgate.run.TextFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The folder of a sweep: the folders of its runs, and
 *
 * <ul>
 *   <li>{@code sweep.yaml}: the file that describes it
 *   <li>{@code configs/RUN.yaml}: each begun run's configuration
 *   <li>{@code logs/RUN.log}: what its processes printed
 *   <li>{@code failures/RUN.txt}: how it failed, in one line; nothing of other runs
 *   <li>{@code sweep.csv}, {@code runs.csv}, {@code sweep.md}, {@code sweep.html}: the results
 * </ul>
 *
 * @param path the folder's path
 */
public record SweepFolder(Path path) {

  /** The folder of a plan in a folder of runs. */
  public static SweepFolder of(Path runsDir, SweepPlan plan) {
    return new SweepFolder(runsDir.resolve(plan.name()));
  }

  RunFolder run(SweepRun run) {
    return new RunFolder(path.resolve(run.name()));
  }

  Path config(SweepRun run) {
    return path.resolve("configs").resolve(run.name() + ".yaml");
  }

  public Path log(SweepRun run) {
    return path.resolve("logs").resolve(run.name() + ".log");
  }

  private Path failureFile(SweepRun run) {
    return path.resolve("failures").resolve(run.name() + ".txt");
  }

  /** The combinations as a table. */
  public Path table() {
    return path.resolve("sweep.csv");
  }

  /** The runs as a table. */
  public Path runTable() {
    return path.resolve("runs.csv");
  }

  /** The combinations for readers. */
  public Path markdown() {
    return path.resolve("sweep.md");
  }

  /** The page. */
  public Path page() {
    return path.resolve("sweep.html");
  }

  /**
   * Makes the folder and keeps the file that describes the sweep.
   *
   * @throws BadInputException if that cannot be written
   */
  void prepare(SweepPlan plan) {
    try {
      Files.createDirectories(path.resolve("configs"));
      Files.createDirectories(path.resolve("logs"));
      Files.createDirectories(path.resolve("failures"));
    } catch (IOException e) {
      throw new BadInputException(
          "%s: cannot make the sweep's folder; give another folder with {runs-dir}", path);
    }
    AtomicFiles.requireWritableFolder(path);
    AtomicFiles.writeString(path.resolve("sweep.yaml"), plan.text());
  }

  /** How a run stands now. */
  public RunState state(SweepRun run) {
    RunFolder folder = run(run);
    Summary.Status status = status(folder);
    if (status == Summary.Status.FINISHED) {
      return RunState.FINISHED;
    }
    if (RunLock.isTaken(folder)) {
      return RunState.RUNNING;
    }
    if (status == Summary.Status.FAILED || Files.exists(failureFile(run))) {
      return RunState.FAILED;
    }
    return folder.hasCheckpoint() ? RunState.INTERRUPTED : RunState.MISSING;
  }

  private static Summary.@Nullable Status status(RunFolder folder) {
    Summary summary = summary(folder);
    return summary == null ? null : summary.status();
  }

  /** The summary of a run; null if it has none yet, or one that cannot be read. */
  @Nullable Summary summary(SweepRun run) {
    return summary(run(run));
  }

  private static @Nullable Summary summary(RunFolder folder) {
    try {
      return Files.exists(folder.summary()) ? Summary.read(folder.summary()) : null;
    } catch (BadInputException e) {
      return null;
    }
  }

  /** How many epochs of a run are done. */
  int epochs(SweepRun run) {
    CsvTable table = metrics(run);
    return table == null ? 0 : table.rows();
  }

  /** The newest validation accuracy of a run, a fraction; NaN if there is none. */
  double validationAccuracy(SweepRun run) {
    CsvTable table = metrics(run);
    if (table == null || table.rows() == 0) {
      return Double.NaN;
    }
    return table.numbers("val_accuracy")[table.rows() - 1];
  }

  private @Nullable CsvTable metrics(SweepRun run) {
    Path file = run(run).metrics();
    try {
      return Files.exists(file) ? CsvTable.read(file) : null;
    } catch (BadInputException e) {
      return null;
    }
  }

  void recordFailure(SweepRun run, String error) {
    AtomicFiles.writeString(failureFile(run), error + "\n");
  }

  /** Forgets that a run failed, so that it may be tried again. */
  void forgetFailure(SweepRun run) {
    try {
      Files.deleteIfExists(failureFile(run));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + failureFile(run), e);
    }
  }

  /** How a run failed; null if that is not known. */
  @Nullable String failure(SweepRun run) {
    return Files.exists(failureFile(run)) ? TextFiles.read(failureFile(run)).strip() : null;
  }
}
