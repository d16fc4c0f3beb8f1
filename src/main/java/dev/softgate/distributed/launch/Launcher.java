package dev.softgate.distributed.launch;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a training as one process a rank, on this machine, until all have ended. The first rank that
 * fails decides: the others get a moment to end by themselves, and are killed then. Its reason is
 * the only one that is printed, and its exit code is that of the launcher.
 */
public final class Launcher {

  private static final Logger LOG = LoggerFactory.getLogger(Launcher.class);

  private static final int BAD_INPUT = 2;
  private static final int INTERRUPTED = 130;

  /** Exit codes above this one say which signal ended the process. */
  private static final int SIGNALED = 128;

  /**
   * What a rank may take to notice that another has failed, and to write down where it stands. To
   * agree on the rank that is gone takes seconds ({@code distributed.Heartbeat}). A rank that is
   * missed because it was suspended would never end, and gets none of it.
   */
  private static final long GRACE_MILLIS = 15_000;

  /** What rank 0 may take to write a checkpoint after the others have ended, on a slow disk. */
  private static final long SAVING_MILLIS = 120_000;

  /** All ranks refuse bad input by themselves, before there is anything to save. */
  private static final long REFUSAL_MILLIS = 2_000;

  private final LocalTraining training;
  private final String main;
  private final PrintStream err;
  private final Path runFile;
  private final long start = System.nanoTime();
  private volatile List<RankProcess> ranks = List.of();
  private volatile int stopSignal;

  /**
   * A launcher.
   *
   * @param main the main class of the processes
   * @param err where messages of the ranks go
   * @throws UncheckedIOException if no temporary file can be made
   */
  public Launcher(LocalTraining training, String main, PrintStream err) {
    this.training = training;
    this.main = main;
    this.err = err;
    try {
      this.runFile = Files.createTempFile("softgate-launch-", ".txt");
      runFile.toFile().deleteOnExit(); // a signal may come before or after run()
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create a temporary file", e);
    }
  }

  /**
   * How a training ended.
   *
   * @param exitCode the launcher's
   * @param reason why the training failed; null if it did not, or the ranks have said so
   * @param run the folder of the run; null if it has no checkpoint yet
   */
  public record Outcome(int exitCode, @Nullable String reason, @Nullable Path run) {

    private boolean mayGoOn() {
      return exitCode != 0 && exitCode != BAD_INPUT && exitCode < SIGNALED;
    }
  }

  /** Starts all ranks, again after failures where the training wants that, and waits for them. */
  public Outcome run() throws InterruptedException {
    try {
      LocalTraining next = training;
      for (int restart = 1; ; restart++) {
        Outcome outcome = attempt(next);
        if (restart > training.restarts() || stopSignal != 0 || !outcome.mayGoOn()) {
          return outcome;
        }
        Path run = outcome.run();
        LOG.warn("{}", outcome.reason() == null ? "the training failed" : outcome.reason());
        LOG.info(
            "restart {} of {}, from {}",
            restart,
            training.restarts(),
            run == null ? "the beginning" : run);
        Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
        next = run == null ? training : training.resumed(run, elapsed);
      }
    } finally {
      delete(runFile);
    }
  }

  /**
   * Asks all ranks to save and end, as the signal of that number would; the second time, kills
   * them.
   */
  public synchronized void stop(int signal) {
    if (stopSignal == 0) {
      stopSignal = signal;
      ranks.forEach(rank -> rank.stop(signal));
    } else {
      ranks.forEach(RankProcess::kill);
    }
  }

  private Outcome attempt(LocalTraining now) throws InterruptedException {
    List<RankProcess> started = new ArrayList<>();
    try {
      start(now, started);
      RankProcess failed = await(started);
      for (RankProcess rank : started) {
        rank.finishOutputs();
      }
      return outcome(started, failed);
    } finally {
      started.forEach(RankProcess::kill); // a rank does not outlive the launcher
    }
  }

  private void start(LocalTraining now, List<RankProcess> started) {
    int port = freePort();
    try {
      for (int rank = 0; rank < training.processes(); rank++) {
        List<String> command = ThisProgram.command(main, rank == 0);
        command.addAll(now.arguments());
        Map<String, String> environment =
            Map.of(
                "RANK",
                Integer.toString(rank),
                "LOCAL_RANK",
                Integer.toString(rank),
                "WORLD_SIZE",
                Integer.toString(training.processes()),
                "LOCAL_WORLD_SIZE",
                Integer.toString(training.processes()),
                "MASTER_ADDR",
                "127.0.0.1",
                "MASTER_PORT",
                Integer.toString(port),
                LaunchedRank.VARIABLE,
                runFile.toString(),
                LaunchedRank.COMMAND,
                now.command());
        started.add(RankProcess.start(rank, command, environment, err));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a process", e);
    }
    synchronized (this) {
      ranks = List.copyOf(started);
      if (stopSignal != 0) {
        ranks.forEach(rank -> rank.stop(stopSignal));
      }
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port on loopback", e);
    }
  }

  /** Waits for all, and ends the survivors of a failure; returns the first that failed. */
  @SuppressWarnings("FutureReturnValueIgnored") // the queue has the result
  private static @Nullable RankProcess await(List<RankProcess> started)
      throws InterruptedException {
    BlockingQueue<RankProcess> ended = new LinkedBlockingQueue<>();
    for (RankProcess rank : started) {
      rank.process().onExit().whenComplete((process, none) -> ended.add(rank));
    }
    for (int i = 0; i < started.size(); i++) {
      RankProcess rank = ended.take();
      if (rank.process().exitValue() != 0) {
        long grace =
            rank.stopped()
                ? SAVING_MILLIS
                : rank.code() == BAD_INPUT ? REFUSAL_MILLIS : GRACE_MILLIS;
        long deadline = System.nanoTime() + grace * 1_000_000;
        for (RankProcess other : started) {
          long left =
              rank.misses(other.rank())
                  ? 0
                  : Math.max(0, (deadline - System.nanoTime()) / 1_000_000);
          if (!other.ended(left)) {
            other.kill();
            other.process().waitFor();
          }
        }
        return rank;
      }
    }
    return null;
  }

  private Outcome outcome(List<RankProcess> started, @Nullable RankProcess failed) {
    if (failed == null) {
      return new Outcome(0, null, reportedRun());
    }
    if (stopSignal != 0 && (failed.stopped() || failed.killedBy() != null)) {
      return new Outcome(SIGNALED + stopSignal, null, reportedRun());
    }
    Path run = reportedRun();
    if (failed.stopped()) {
      return new Outcome(stopCode(started), null, run);
    }
    return new Outcome(failed.code(), reason(started, failed) + hint(failed, run), run);
  }

  /** The code of the rank that was asked to stop; others stop with that of Ctrl-C. */
  private static int stopCode(List<RankProcess> started) {
    return started.stream()
        .filter(RankProcess::stopped)
        .mapToInt(RankProcess::code)
        .filter(code -> code != INTERRUPTED)
        .findFirst()
        .orElse(INTERRUPTED);
  }

  private static String reason(List<RankProcess> started, RankProcess failed) {
    String who = "rank " + failed.rank();
    if (failed.killedBy() != null) {
      return who + " was killed (" + failed.killedBy() + ")";
    }
    List<String> reasons = failed.reasons();
    if (reasons.isEmpty()) {
      return who + " ended with exit code " + failed.code();
    }
    boolean shared = started.get(0).reasons().equals(reasons);
    String said = String.join("; ", reasons);
    boolean named = shared || said.startsWith("rank "); // it may pass on what another said
    String ofFirst = "rank 0: ";
    return said.startsWith(ofFirst)
        ? said.substring(ofFirst.length())
        : (named ? "" : who + ": ") + said;
  }

  /** How to go on by hand, unless that was said. */
  private String hint(RankProcess failed, @Nullable Path run) {
    boolean said = failed.killedBy() == null && failed.rank() == 0;
    return run == null || said || failed.code() == BAD_INPUT
        ? ""
        : "; continue with: " + training.resuming(run);
  }

  private @Nullable Path reportedRun() {
    try {
      String folder = Files.readString(runFile, StandardCharsets.UTF_8);
      return folder.isEmpty() ? null : Path.of(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + runFile, e);
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("cannot delete {}", file);
    }
  }
}
