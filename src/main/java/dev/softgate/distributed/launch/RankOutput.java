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
 * Passes on what one rank writes to standard output or standard error. Lines that begin with a mark
 * are withheld; others get a prefix. Without a prefix, what does not end its line passes at once,
 * such as a progress bar that redraws itself.
 */
final class RankOutput {

  private final String prefix;
  private final byte[] mark;
  private final PrintStream out;
  private final List<String> withheld = new ArrayList<>();
  private final Thread thread;

  /**
   * Starts to pass on.
   *
   * @param prefix begins each line; may be empty
   * @param mark the beginning of the lines to withhold
   * @param out shared by all ranks
   */
  RankOutput(String prefix, String mark, InputStream in, PrintStream out) {
    this.prefix = prefix;
    this.mark = mark.getBytes(StandardCharsets.UTF_8);
    this.out = out;
    this.thread = new Thread(() -> pass(in), "output of a rank");
    thread.setDaemon(true);
    thread.start();
  }

  /** The withheld lines, without the mark. */
  synchronized List<String> withheld() {
    return List.copyOf(withheld);
  }

  /** Waits until all is passed on; a process that the rank started may keep the stream open. */
  void finish() throws InterruptedException {
    thread.join(1000);
  }

  private void pass(InputStream in) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(); // not yet passed on
    boolean marked = true; // as far as the line goes
    try (in) {
      byte[] bytes = new byte[8192];
      for (int count = in.read(bytes); count >= 0; count = in.read(bytes)) {
        for (int i = 0; i < count; i++) {
          line.write(bytes[i]);
          marked = marked && continuesMark(line);
          if (bytes[i] == '\n') {
            end(line, marked);
            marked = true;
          }
        }
        if (!marked && prefix.isEmpty()) {
          print(line); // a progress bar does not end its line
        }
      }
      if (line.size() > 0) {
        end(line, marked && line.size() >= mark.length);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the last byte is that of the mark, or comes after it. */
  private boolean continuesMark(ByteArrayOutputStream line) {
    int last = line.size() - 1;
    return last >= mark.length || line.toByteArray()[last] == mark[last];
  }

  private void end(ByteArrayOutputStream line, boolean marked) {
    if (marked) {
      byte[] bytes = line.toByteArray();
      synchronized (this) {
        withheld.add(
            new String(bytes, mark.length, bytes.length - mark.length, StandardCharsets.UTF_8)
                .stripTrailing());
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
