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
 * A training that nobody disturbed.
 *
 * @param run its folder, scored
 * @param nanos from when the folder appeared to the end
 */
record Reference(Path run, long nanos) {

  private static final Map<Cell, Reference> MADE = new ConcurrentHashMap<>();

  private static final long POLL_NANOS = 300_000;

  /** That of a cell, trained when it is first asked for. */
  static Reference of(Cell cell) {
    return MADE.computeIfAbsent(cell, Reference::train);
  }

  /** All of them, as many at a time as later trainings will be. */
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

  /** Waits until the run's folder is there, or the process is not. */
  static void awaitFolder(Running process, Path run) {
    while (!Files.exists(run) && process.alive()) {
      LockSupport.parkNanos(POLL_NANOS);
    }
  }

  /** Scores a run's labels, one run at a time: libtorch's number of threads is the process's. */
  static synchronized void score(Path run) {
    CommandRun scored = TinyRun.run("score", run.toString(), "--threads", "1");
    assertThat(scored.exitCode()).as(scored.err()).isZero();
  }

  /** What a run that was disturbed differs in from this one. */
  List<String> differences(Path disturbed) {
    score(disturbed);
    return RunFiles.differences(run, disturbed);
  }
}
