package dev.softgate.distributed.launch;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A process of this program that this one started. It ends when its starter does. */
public class ProgramProcess {

  /** Begins the line that says why a program of Softgate ended. */
  public static final String REASON = "softgate: ";

  /** The signal that asks a process to save and end. */
  public static final int TERMINATE = 15;

  /** Exit codes above this one name the signal that ended the process. */
  private static final int SIGNALED = 128;

  /** Signals that a process handles: it saves, and exits with their code. */
  private static final List<Integer> REQUESTS = List.of(1, 2, TERMINATE);

  private static final Map<Integer, String> SIGNALS =
      Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 8, "SIGFPE", 9, "SIGKILL", 11, "SIGSEGV");

  private final Process process;

  ProgramProcess(Process process) {
    this.process = process;
  }

  /**
   * Starts a training that no {@link Launcher} watches.
   *
   * @param builder its command, from {@link ThisProgram}, and where its output goes
   */
  public static ProgramProcess start(ProcessBuilder builder) throws IOException {
    builder.environment().keySet().removeAll(LaunchedRank.RANK_VARIABLES);
    builder.environment().put(LaunchedRank.VARIABLE, LaunchedRank.NO_FILE);
    return new ProgramProcess(builder.start());
  }

  Process process() {
    return process;
  }

  /** Asks it to save and end, as that signal would; a second time changes nothing. */
  public void stop(int signal) {
    OutputStream orders = process.getOutputStream();
    try {
      orders.write((signal + "\n").getBytes(StandardCharsets.US_ASCII));
      orders.flush();
    } catch (IOException e) {
      // it has ended
    }
  }

  /** Ends it at once. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Waits until it has ended, so long at most; false if it has not. */
  public boolean ended(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** Whether somebody asked it to end, and it did. */
  public boolean stopped() {
    return REQUESTS.contains(process.exitValue() - SIGNALED);
  }

  /** Its exit code; 1 if a signal ended it. */
  public int code() {
    return killedBy() == null ? process.exitValue() : 1;
  }

  /** The signal that ended it; null if it exited. */
  public @Nullable String killedBy() {
    int signal = process.exitValue() - SIGNALED;
    if (signal <= 0 || stopped()) {
      return null;
    }
    String name = SIGNALS.getOrDefault(signal, "signal " + signal);
    return signal == 9 ? name + ", perhaps for want of memory" : name;
  }
}
