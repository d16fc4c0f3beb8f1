package dev.softgate.distributed.launch;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes on the standard error of one rank. Lines of rank 0 stay as they are, with the progress bar
 * that redraws itself; those of the others begin with their rank. A line that says why the program
 * ended is kept for the launcher, because all ranks may say the same.
 */
final class RankOutput {

  private static final String REASON = "softgate: ";
  private static final byte[] REASON_BYTES = REASON.getBytes(StandardCharsets.UTF_8);

  private final String prefix;
  private final PrintStream out;
  private final List<String> reasons = new ArrayList<>();
  private final Thread thread;

  /**
   * Starts to pass on.
   *
   * @param in the rank's standard error
   * @param out shared by all ranks
   */
  RankOutput(int rank, InputStream in, PrintStream out) {
    this.prefix = rank == 0 ? "" : "rank " + rank + ": ";
    this.out = out;
    this.thread = new Thread(() -> pass(in), "stderr of rank " + rank);
    thread.setDaemon(true);
    thread.start();
  }

  /** Why the rank ended, in its own words, without the program's name; empty if it said nothing. */
  synchronized List<String> reasons() {
    return List.copyOf(reasons);
  }

  /** Waits until all is passed on; a process that the rank started may keep the stream open. */
  void finish() throws InterruptedException {
    thread.join(1000);
  }

  private void pass(InputStream in) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(); // not yet passed on
    boolean undecided = true; // whether the line is a reason
    try (in) {
      byte[] bytes = new byte[8192];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        for (int i = 0; i < count; i++) {
          line.write(bytes[i]);
          boolean reason = undecided && startsAsReason(line);
          undecided = reason;
          if (bytes[i] == '\n') {
            end(line, reason);
            undecided = true;
          }
        }
        if (!undecided && prefix.isEmpty()) {
          print(line); // a progress bar does not end its line
        }
      }
      if (line.size() > 0) {
        end(line, undecided && line.size() >= REASON_BYTES.length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a line may be a reason by its bytes so far. */
  private static boolean startsAsReason(ByteArrayOutputStream line) {
    if (line.size() > REASON_BYTES.length) {
      return true; // decided by the byte before
    }
    int last = line.size() - 1;
    return line.toByteArray()[last] == REASON_BYTES[last];
  }

  private void end(ByteArrayOutputStream line, boolean reason) {
    if (reason) {
      synchronized (this) {
        reasons.add(
            line.toString(StandardCharsets.UTF_8).substring(REASON.length()).stripTrailing());
      }
      line.reset();
    } else {
      print(line);
    }
  }

  private void print(ByteArrayOutputStream line) {
    synchronized (out) {
      out.print(prefix);
      out.write(line.toByteArray(), 0, line.size());
      out.flush();
    }
    line.reset();
  }
}
