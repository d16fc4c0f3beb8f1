package dev.softgate.cli;

import java.util.ArrayList;
import java.util.List;

/** The columns that text takes on a terminal, and text cut to fit. */
final class TextWidth {

  private static final String ELLIPSIS = "…";

  /** Pairs of first and last code points that take two columns: East Asian and pictographs. */
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x2E80, 0xA4CF, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE30, 0xFE6F, 0xFF00, 0xFF60,
    0xFFE0, 0xFFE6, 0x1F300, 0x1FAFF, 0x20000, 0x3FFFD
  };

  private TextWidth() {}

  /** The number of columns. */
  static int of(String text) {
    return text.codePoints().map(TextWidth::of).sum();
  }

  private static int of(int codePoint) {
    int type = Character.getType(codePoint);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    for (int i = 0; i < WIDE.length; i += 2) {
      if (codePoint >= WIDE[i] && codePoint <= WIDE[i + 1]) {
        return 2;
      }
    }
    return 1;
  }

  /** A text in lines that fit, broken at spaces, and within words that do not fit. */
  static List<String> wrapped(String text, int columns) {
    List<String> lines = new ArrayList<>();
    String rest = text.strip();
    while (of(rest) > columns) {
      int fits = fitting(rest, columns);
      int space = rest.lastIndexOf(' ', fits);
      int end = space > 0 ? space : fits;
      lines.add(rest.substring(0, end).stripTrailing());
      rest = rest.substring(end).stripLeading();
    }
    if (!rest.isEmpty() || lines.isEmpty()) {
      lines.add(rest);
    }
    return lines;
  }

  /** The length of the longest start that fits, at least one code point. */
  private static int fitting(String text, int columns) {
    int end = Character.charCount(text.codePointAt(0));
    int used = of(text.codePointAt(0));
    while (end < text.length() && used + of(text.codePointAt(end)) <= columns) {
      used += of(text.codePointAt(end));
      end += Character.charCount(text.codePointAt(end));
    }
    return end;
  }

  /** The end of a text, with an ellipsis if the rest is cut off. */
  static String end(String text, int columns) {
    if (of(text) <= columns) {
      return text;
    }
    int start = text.length();
    int used = 1;
    while (used + of(text.codePointBefore(start)) <= columns) {
      used += of(text.codePointBefore(start));
      start -= Character.charCount(text.codePointBefore(start));
    }
    return ELLIPSIS + text.substring(start);
  }
}
