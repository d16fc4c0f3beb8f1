package dev.softgate.subsets;

import dev.softgate.interop.AtomicFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** A CSV table, written atomically and row by row. */
final class Table {

  private Table() {}

  /**
   * Writes a table.
   *
   * @param rows the arguments of {@code row}, in the order of the rows
   * @param row the text of a row, without a line break
   */
  static void write(Path file, String header, IntStream rows, IntFunction<String> row) {
    AtomicFiles.write(
        file,
        out -> {
          out.write((header + "\n").getBytes(StandardCharsets.UTF_8));
          for (int i : rows.toArray()) {
            out.write((row.apply(i) + "\n").getBytes(StandardCharsets.UTF_8));
          }
        });
  }

  /** A comma and a number of six decimals; nothing behind the comma for NaN. */
  static String cell(double number) {
    return Double.isNaN(number) ? "," : String.format(Locale.ROOT, ",%.6f", number);
  }
}
