package dev.softgate.data;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A table of comma-separated cells without quotes, in UTF-8: a header of distinct names, and rows
 * of as many cells. Blanks around a cell, a byte order mark, carriage returns and empty lines at
 * the end are passed over.
 *
 * @param file it came from
 * @param header the names of the columns
 * @param rows the cells; row i stands on line i + 2
 * @param sha256 of the file's bytes, in lower-case hexadecimal
 */
record CsvTable(Path file, List<String> header, List<List<String>> rows, String sha256) {

  private static final long MAX_BYTES = 1L << 28;

  /**
   * Reads a table.
   *
   * @throws BadInputException if the file is missing or no such table
   */
  static CsvTable read(Path file) {
    byte[] bytes = bytes(file);
    List<List<String>> lines = new ArrayList<>();
    for (String line : text(file, bytes).stripTrailing().split("\r?\n", -1)) {
      List<String> cells = new ArrayList<>();
      for (String cell : line.split(",", -1)) {
        cells.add(cell.strip());
      }
      lines.add(cells);
    }
    CsvTable table =
        new CsvTable(file, lines.get(0), lines.subList(1, lines.size()), Sha256.of(bytes));
    table.requireRectangle();
    return table;
  }

  private static byte[] bytes(Path file) {
    try {
      if (!Files.exists(file)) {
        throw new BadInputException(OneLine.of(file) + ": no such file; check the path");
      }
      if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
        throw new BadInputException(OneLine.of(file) + " is not a CSV file of less than 256 MiB");
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new BadInputException(
          OneLine.of(file) + " cannot be read (" + OneLine.of(e) + "); check its permissions", e);
    }
  }

  private static String text(Path file, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\uFEFF") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new BadInputException(
          OneLine.of(file) + " is not text in UTF-8; give a CSV file, saved as UTF-8", e);
    }
  }

  private void requireRectangle() {
    if (header.contains("") || new HashSet<>(header).size() < header.size()) {
      throw problem(
          1, "a header of distinct column names is expected, found '%s'".formatted(shown(header)));
    }
    for (int row = 0; row < rows.size(); row++) {
      if (rows.get(row).size() != header.size()) {
        throw problem(
            line(row),
            "%d cells are expected (%s), found '%s'"
                .formatted(
                    header.size(), OneLine.of(String.join(",", header)), shown(rows.get(row))));
      }
    }
  }

  private static String shown(List<String> cells) {
    return OneLine.of(String.join(",", cells));
  }

  /** The line of a row, from 1. */
  static int line(int row) {
    return row + 2;
  }

  /** A refusal of something on a line. */
  BadInputException problem(int line, String what) {
    return new BadInputException("%s line %d: %s".formatted(OneLine.of(file), line, what));
  }
}
