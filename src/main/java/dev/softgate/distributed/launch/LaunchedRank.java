package dev.softgate.distributed.launch;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * A process that a {@link Launcher} started, as it sees itself.
 *
 * @param runFile where the launcher looks for the run's folder
 */
public record LaunchedRank(Path runFile) {

  /** The variable by which a launcher makes itself known. */
  static final String VARIABLE = "SOFTGATE_LAUNCH_FILE";

  private static final int TERMINATE = 15;

  /** What an orphan may take to save. */
  private static final long ORPHAN_MILLIS = 10_000;

  private static final int ORPHANED = 1;

  /** This process; null if no launcher started it. */
  public static @Nullable LaunchedRank of(Map<String, String> environment) {
    String file = environment.get(VARIABLE);
    return file == null ? null : new LaunchedRank(Path.of(file));
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

  private static void obey(InputStream orders, IntConsumer stop) {
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(orders, StandardCharsets.US_ASCII))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        stop.accept(Integer.parseInt(line));
      }
    } catch (IOException | NumberFormatException e) {
      // as if the launcher were gone
    }
    stop.accept(TERMINATE);
    try {
      Thread.sleep(ORPHAN_MILLIS);
    } catch (InterruptedException e) {
      // ends at once
    }
    Runtime.getRuntime().halt(ORPHANED);
  }

  /** Tells the launcher which run a restart would continue. */
  public void report(Path run) {
    try {
      Files.writeString(runFile, run.toAbsolutePath().toString(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell the launcher about " + run, e);
    }
  }
}
