package dev.softgate.cli;

import dev.softgate.interop.OneLine;
import dev.softgate.study.Suspect;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Suspects for readers: a table if all of it fits the terminal, otherwise some lines for each
 * suspect, so that no class and no reason is cut off.
 */
final class SuspectsText {

  private static final String INDENT = " ".repeat(6); // rank, mark and gap

  private SuspectsText() {}

  /** A suspect's texts, each on one line. */
  private record Row(String rank, String image, String given, String suggested, String reason) {

    static Row of(int rank, Suspect suspect, Path here) {
      Path file = suspect.file();
      return new Row(
          String.format(Locale.ROOT, "%3d%s", rank, suspect.flagged() ? "*" : " "),
          file == null
              ? suspect.image()
              : OneLine.of(file.startsWith(here) ? here.relativize(file) : file),
          OneLine.of(suspect.given()),
          OneLine.of(suspect.suggested()),
          OneLine.of(suspect.reason()));
    }

    private String labels() {
      return suggested.isEmpty() ? given : given + " \u2192 " + suggested;
    }

    /** The image on a line, then its labels and the reason. */
    void print(int columns, PrintWriter out) {
      int room = columns - 1 - INDENT.length();
      out.println(rank + "  " + TextWidth.end(image, room));
      String text = reason.isEmpty() ? labels() : labels() + ": " + reason;
      TextWidth.wrapped(text, room).forEach(line -> out.println(INDENT + line));
    }
  }

  /**
   * Prints suspects in their order; a star marks the flagged ones. An image's path is relative to
   * the working folder if it is below that.
   *
   * @param columns the width of the terminal in characters
   */
  static void print(List<Suspect> suspects, int columns, PrintWriter out) {
    if (suspects.isEmpty()) {
      return;
    }
    Path here = Path.of("").toAbsolutePath();
    List<Row> rows =
        IntStream.range(0, suspects.size())
            .mapToObj(i -> Row.of(i + 1, suspects.get(i), here))
            .toList();
    TextTable table = new TextTable("", "image", "given", "suggested", "reason");
    rows.forEach(row -> table.row(row.rank, row.image, row.given, row.suggested, row.reason));
    if (table.width() < columns) {
      table.print(out);
    } else {
      rows.forEach(row -> row.print(columns, out));
      out.flush();
    }
  }
}
