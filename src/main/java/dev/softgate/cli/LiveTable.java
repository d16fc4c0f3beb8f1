package dev.softgate.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Several lines on a terminal that are redrawn in place and leave nothing behind. */
final class LiveTable {

  private static final long REDRAW_NANOS = 1_000_000_000;
  private static final String ERASE_BELOW = "\r\033[J";

  private final PrintStream terminal;
  private final int columns;
  private int lines;
  private long drawnNanos;

  /** A table that is not yet drawn. */
  LiveTable(PrintStream terminal, int columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /** A table on standard error; null if that is not a terminal, or one that cannot erase. */
  static @Nullable LiveTable onStandardError() {
    return LiveLine.canDraw()
        ? new LiveTable(System.err, LiveLine.columns(System.getenv("COLUMNS")))
        : null;
  }

  /** Draws the lines, unless they were drawn very recently. */
  synchronized void show(Supplier<List<String>> text) {
    long now = System.nanoTime();
    if (lines > 0 && now - drawnNanos < REDRAW_NANOS) {
      return;
    }
    List<String> rows = text.get();
    erase();
    for (int i = 0; i < rows.size(); i++) {
      String row = rows.get(i);
      terminal.print((i == 0 ? "" : "\n") + row.substring(0, Math.min(columns - 1, row.length())));
    }
    terminal.flush();
    lines = rows.size();
    drawnNanos = now;
  }

  /** Removes the lines; the next ones are drawn at once. */
  synchronized void clear() {
    erase();
    terminal.flush();
    lines = 0;
  }

  private void erase() {
    if (lines > 0) {
      terminal.print((lines > 1 ? "\033[" + (lines - 1) + "A" : "") + ERASE_BELOW);
    }
  }
}
