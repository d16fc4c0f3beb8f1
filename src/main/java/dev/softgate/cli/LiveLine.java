package dev.softgate.cli;

import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A line on a terminal that is redrawn in place and leaves nothing behind: a name, the percentage,
 * a bar if there is room, and details. It only writes text and never opens the terminal, so it does
 * not affect signal handling.
 */
final class LiveLine {

  /** Set by the launcher if standard error is a terminal. */
  private static final String TERMINAL_PROPERTY = "softgate.terminal";

  private static final long REDRAW_NANOS = 250_000_000;
  private static final int COLUMNS = 80; // of a terminal of unknown width
  private static final int LEAST_BAR = 5;
  private static final int MOST_BAR = 30;
  private static final String ERASE = "\r\033[K";

  private final PrintStream terminal;
  private final int columns;
  private boolean drawn;
  private long drawnNanos;

  /** A line that is not yet drawn. */
  LiveLine(PrintStream terminal, int columns) {
    this.terminal = terminal;
    this.columns = columns;
  }

  /** A line on standard error; null if that is not a terminal, or one that cannot erase. */
  static @Nullable LiveLine onStandardError() {
    return canDraw() ? new LiveLine(System.err, columns(System.getenv("COLUMNS"))) : null;
  }

  /** Whether standard error is a terminal that can erase. */
  static boolean canDraw() {
    return Boolean.getBoolean(TERMINAL_PROPERTY) && !"dumb".equals(System.getenv("TERM"));
  }

  /** The width that the launcher found. */
  static int columns(@Nullable String text) {
    return text != null && text.matches("[1-9]\\d{0,3}") ? Integer.parseInt(text) : COLUMNS;
  }

  /**
   * Draws the line, unless it was drawn very recently.
   *
   * @param total the maximum of {@code done}; 0 or less if unknown
   */
  synchronized void show(String name, double done, double total, String details) {
    long now = System.nanoTime();
    if (drawn && now - drawnNanos < REDRAW_NANOS) {
      return;
    }
    drawn = true;
    drawnNanos = now;
    terminal.print(ERASE + text(name, done, total, details));
    terminal.flush();
  }

  private String text(String name, double done, double total, String details) {
    if (total <= 0) {
      return fitted(name + "  " + details);
    }
    double fraction = Math.min(1, done / total);
    String start = String.format(Locale.ROOT, "%s  %3.0f%%", name, Math.floor(100 * fraction));
    int room = columns - 1 - start.length() - details.length() - " []  ".length();
    int length = Math.min(MOST_BAR, room);
    if (length < LEAST_BAR) {
      return fitted(start + "  " + details);
    }
    int full = (int) (fraction * length);
    return start + " [" + "=".repeat(full) + " ".repeat(length - full) + "]  " + details;
  }

  /** The last column stays free: some terminals start a new line after it. */
  private String fitted(String text) {
    return text.substring(0, Math.min(columns - 1, text.length()));
  }

  /** Removes the line; the next one is drawn at once. */
  synchronized void clear() {
    if (drawn) {
      drawn = false;
      terminal.print(ERASE);
      terminal.flush();
    }
  }
}
