package dev.softgate.battery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.battery.Program.Ended;
import dev.softgate.battery.Program.Running;
import dev.softgate.cli.CommandRun;
import dev.softgate.cli.TinyRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * An undisturbed training.
 *
 * @param run its folder, scored
 * @param nanos the time from the folder's creation to the end
 */
record Reference(Path run, long nanos) {

  private static final Map<Cell, Reference> MADE = new ConcurrentHashMap<>();

  private static final long POLL_NANOS = 300_000;

  /** The reference of a cell, trained at first use. */
  static Reference of(Cell cell) {
    return MADE.computeIfAbsent(cell, Reference::train);
  }

  /** Trains all references, with as many at a time as in later trainings. */
  static void trainAll() {
    Trials.run(Cell.ALL, Reference::of);
  }

  private static Reference train(Cell cell) {
    Path folder = Battery.folder("references/" + Cell.ALL.indexOf(cell));
    Running process = Program.in(folder).start(cell.train());
    Path run = folder.resolve("runs/run");
    awaitFolder(process, run);
    long appeared = System.nanoTime();
    Ended end = process.await();
    assertThat(end.exitCode()).as(end.err()).isZero();
    long nanos = System.nanoTime() - appeared;
    score(run);
    return new Reference(run, nanos);
  }

  /** Waits until the run's folder exists or the process ends. */
  static void awaitFolder(Running process, Path run) {
    while (!Files.exists(run) && process.alive()) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /**
   * Scores a run's labels, one run at a time: libtorch's number of threads belongs to the process.
   */
  static synchronized void score(Path run) {
    CommandRun scored = TinyRun.run("score", run.toString(), "--threads", "1");
    assertThat(scored.exitCode()).as(scored.err()).isZero();
  }

  /** The differences between a disturbed run and this one. */
  List<String> differences(Path disturbed) {
    score(disturbed);
    return RunFiles.differences(run, disturbed);
  }
}
