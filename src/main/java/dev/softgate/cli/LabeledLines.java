package dev.softgate.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/** Results for readers: one per line with its label, in two columns. */
final class LabeledLines {

  private static final String GAP = "  ";

  private final Map<String, String> lines = new LinkedHashMap<>();

  /** Adds a line; labels must differ. */
  LabeledLines add(String label, String text) {
    lines.put(label, text);
    return this;
  }

  /** Prints all lines. */
  void print(PrintWriter out) {
    int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
    lines.forEach(
        (label, text) -> out.println(label + " ".repeat(width - label.length()) + GAP + text));
    out.flush();
  }
}
