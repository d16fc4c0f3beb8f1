package dev.softgate.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table for readers, with columns of minimal width. */
final class TextTable {

  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  /** A table with these headings. */
  TextTable(String... headings) {
    rows.add(List.of(headings));
  }

  /** Adds a row with one cell per heading. */
  void row(String... cells) {
    if (cells.length != rows.get(0).size()) {
      throw new IllegalArgumentException("a row of other columns: " + Arrays.toString(cells));
    }
    rows.add(List.of(cells));
  }

  /** The number of columns that the longest line may take. */
  int width() {
    int[] widths = widths();
    return Arrays.stream(widths).sum() + (widths.length - 1) * GAP.length();
  }

  private int[] widths() {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], TextWidth.of(row.get(i)));
      }
    }
    return widths;
  }

  /** Prints the headings and all rows. */
  void print(PrintWriter out) {
    int[] widths = widths();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        String cell = row.get(i);
        line.append(cell).append(" ".repeat(widths[i] - TextWidth.of(cell))).append(GAP);
      }
      out.println(line.toString().stripTrailing());
    }
    out.flush();
  }
}
