package dev.softgate.distributed.launch;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process of one rank.
 *
 * @param output passes on its standard error
 */
record RankProcess(int rank, Process process, RankOutput output) {

  /** Exit codes above this one say which signal ended the process. */
  private static final int SIGNALED = 128;

  /** Signals that a rank handles: it saves, and exits with their code. */
  private static final List<Integer> REQUESTS = List.of(1, 2, 15);

  private static final Map<Integer, String> SIGNALS =
      Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV");

  /**
   * Starts a process.
   *
   * @param environment variables besides those of this process
   * @param err shared by all ranks
   */
  static RankProcess start(
      int rank, List<String> command, Map<String, String> environment, PrintStream err)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectOutput(
        rank == 0 ? ProcessBuilder.Redirect.INHERIT : ProcessBuilder.Redirect.DISCARD);
    Process process = builder.start();
    return new RankProcess(rank, process, new RankOutput(rank, process.getErrorStream(), err));
  }

  /** Asks it to save and end, as that signal would; a second time changes nothing. */
  void stop(int signal) {
    OutputStream orders = process.getOutputStream();
    try {
      orders.write((signal + "\n").getBytes(StandardCharsets.US_ASCII));
      orders.flush();
    } catch (IOException e) {
      // it has ended
    }
  }

  /** Ends it at once. */
  void kill() {
    process.destroyForcibly();
  }

  boolean ended(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** Whether somebody asked it to end, and it did. */
  boolean stopped() {
    return REQUESTS.contains(process.exitValue() - SIGNALED);
  }

  /** Its exit code; 1 if a signal ended it. */
  int code() {
    return killedBy() == null ? process.exitValue() : 1;
  }

  /** The signal that ended it; null if it exited. */
  @Nullable String killedBy() {
    int signal = process.exitValue() - SIGNALED;
    if (signal <= 0 || stopped()) {
      return null;
    }
    String name = SIGNALS.getOrDefault(signal, "signal " + signal);
    return signal == 9 ? name + ", perhaps for want of memory" : name;
  }
}
