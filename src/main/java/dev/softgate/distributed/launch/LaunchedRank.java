package dev.softgate.distributed.launch;

import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that another process of this program started, as it sees itself.
 *
 * @param runFile where the launcher looks for the run's folder; null if it does not
 * @param command what was typed to start all processes; null if this one trains alone
 */
public record LaunchedRank(@Nullable Path runFile, @Nullable String command) {

  /** The variable by which a launcher makes itself known. */
  static final String VARIABLE = "SOFTGATE_LAUNCH_FILE";

  /** The variable with the command that started all processes. */
  static final String COMMAND = "SOFTGATE_LAUNCH_COMMAND";

  /** The first variable's value without a file. */
  static final String NO_FILE = "";

  /** Variables that tell a process its rank, or that it has one. */
  static final Set<String> RANK_VARIABLES =
      Set.of(
          "RANK",
          "LOCAL_RANK",
          "WORLD_SIZE",
          "LOCAL_WORLD_SIZE",
          "MASTER_ADDR",
          "MASTER_PORT",
          "SLURM_PROCID",
          "SLURM_NTASKS",
          "SLURM_STEP_NODELIST");

  /** Variables by which torchrun says that it serves the processes' store. */
  static final Set<String> AGENT_VARIABLES =
      Set.of("TORCHELASTIC_USE_AGENT_STORE", "TORCHELASTIC_RESTART_COUNT");

  /** What an orphan may take to save. */
  private static final long ORPHAN_MILLIS = 10_000;

  private static final int ORPHANED = 1;

  /** This process; null if no launcher started it. */
  public static @Nullable LaunchedRank of(Map<String, String> environment) {
    String file = environment.get(VARIABLE);
    if (file == null) {
      return null;
    }
    return file.equals(NO_FILE)
        ? new LaunchedRank(null, null)
        : new LaunchedRank(Path.of(file), environment.get(COMMAND));
  }

  /** The command that resumes a run in the way in which this process was started. */
  public static String resuming(Path run) {
    LaunchedRank rank = of(System.getenv());
    return rank == null || rank.command == null
        ? "softgate train --resume " + run
        : LocalTraining.resuming(rank.command, run);
  }

  /**
   * Listens for the launcher's orders. Without a launcher, which is then dead, it is asked to stop,
   * and ends at the latest ten seconds later.
   *
   * @param orders this process's standard input
   * @param stop is told the number of the signal
   */
  public void listen(InputStream orders, IntConsumer stop) {
    Thread thread = new Thread(() -> obey(orders, stop), "orders of the launcher");
    thread.setDaemon(true);
    thread.start();
  }

  private void obey(InputStream orders, IntConsumer stop) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(orders, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        stop.accept(Integer.parseInt(line));
      }
    } catch (IOException | NumberFormatException e) {
      // as if the launcher were gone
    }
    stop.accept(ProgramProcess.TERMINATE);
    deleteRunFile();
    try {
      Thread.sleep(ORPHAN_MILLIS);
    } catch (InterruptedException e) {
      // ends at once
    }
    Runtime.getRuntime().halt(ORPHANED);
  }

  /** The launcher, which is dead, cannot. */
  private void deleteRunFile() {
    if (runFile != null) {
      try {
        Files.deleteIfExists(runFile);
      } catch (IOException e) {
        // another rank may
      }
    }
  }

  /** Tells the launcher which run a restart would continue. */
  public void report(Path run) {
    if (runFile == null) {
      return;
    }
    try {
      Files.writeString(
          runFile,
          run.toAbsolutePath().toString(),
          StandardCharsets.UTF_8,
          WRITE,
          TRUNCATE_EXISTING);
    } catch (NoSuchFileException e) {
      // the launcher is dead
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell the launcher about " + run, e);
    }
  }
}
