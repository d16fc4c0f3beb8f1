package dev.softgate.interop;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * A table of comma-separated values in UTF-8: a header of distinct names, and rows with one cell
 * per name; see {@link CsvReader} for the format.
 */
public final class CsvTable {

  private static final long MOST_BYTES = 1L << 28;

  private final Path file;
  private final String sha256;
  private final List<String> header;
  private final boolean decimalComma;
  private final List<List<String>> rows = new ArrayList<>();

  /** The line on which each row begins, from 1. */
  private final List<Integer> lines = new ArrayList<>();

  private CsvTable(Path file, String text, String sha256) {
    this.file = file;
    this.sha256 = sha256;
    CsvReader reader = new CsvReader(file, new StringReader(text));
    this.header = reader.next() ? reader.texts() : List.of("");
    this.decimalComma = reader.hasDecimalCommas();
    if (header.contains("") || new HashSet<>(header).size() < header.size()) {
      throw malformed(
          1, "a header of distinct column names is expected, found '%s'".formatted(shown(header)));
    }
    while (reader.next()) {
      List<String> row = reader.texts();
      if (row.size() != header.size()) {
        throw malformed(
            reader.line(),
            "%d cells are expected (%s), found '%s'"
                .formatted(header.size(), shown(header), shown(row)));
      }
      rows.add(row);
      lines.add(reader.line());
    }
  }

  /** Reads a table; throws BadInputException if the file is missing or malformed. */
  public static CsvTable read(Path file) {
    try {
      if (Files.size(file) > MOST_BYTES || !Files.isRegularFile(file)) {
        throw new BadInputException(OneLine.of(file) + " is not a CSV file of less than 256 MiB");
      }
      return of(file, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new BadInputException(OneLine.of(file) + ": no such file; check the path", e);
    } catch (IOException e) {
      throw new BadInputException(
          OneLine.of(file) + " cannot be read (" + OneLine.of(e) + "); check its permissions", e);
    }
  }

  /** The table in the bytes of a file, which messages name; BadInputException if malformed. */
  public static CsvTable of(Path file, byte[] bytes) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return new CsvTable(file, text, Sha256.of(bytes));
    } catch (CharacterCodingException e) {
      throw new BadInputException(
          OneLine.of(file) + " is not text in UTF-8; give a CSV file, saved as UTF-8", e);
    }
  }

  private static String shown(List<String> cells) {
    return Quoted.oneLine(String.join(",", cells));
  }

  /** The hash of the file's bytes, in lower-case hexadecimal. */
  public String sha256() {
    return sha256;
  }

  public List<String> header() {
    return List.copyOf(header);
  }

  public int rows() {
    return rows.size();
  }

  public boolean has(String column) {
    return header.contains(column);
  }

  /** The cells of a column; throws BadInputException if there is none. */
  public List<String> texts(String column) {
    int place = header.indexOf(column);
    if (place < 0) {
      throw malformed(1, "the column %s is missing".formatted(Quoted.quoted(column)));
    }
    return rows.stream().map(row -> row.get(place)).toList();
  }

  /** The numbers of a column, NaN for an empty cell; throws BadInputException for other text. */
  public double[] numbers(String column) {
    List<String> texts = texts(column);
    double[] numbers = new double[texts.size()];
    for (int row = 0; row < numbers.length; row++) {
      try {
        String text = decimalComma ? texts.get(row).replace(',', '.') : texts.get(row);
        numbers[row] = text.isEmpty() ? Double.NaN : Double.parseDouble(text);
      } catch (NumberFormatException e) {
        throw problem(row, column, "a number is expected");
      }
    }
    return numbers;
  }

  /** The numbers of a column; throws BadInputException for an empty cell and NaN too. */
  public double[] finiteNumbers(String column) {
    double[] numbers = numbers(column);
    for (int row = 0; row < numbers.length; row++) {
      if (!Double.isFinite(numbers[row])) {
        throw problem(row, column, "a finite number is expected");
      }
    }
    return numbers;
  }

  /** The ids, epochs or counts of a column; throws BadInputException for other numbers. */
  public int[] wholeNumbers(String column) {
    double[] numbers = numbers(column);
    int[] whole = new int[numbers.length];
    for (int row = 0; row < whole.length; row++) {
      if (!(numbers[row] >= 0
          && numbers[row] <= Integer.MAX_VALUE
          && numbers[row] == Math.rint(numbers[row]))) {
        throw problem(row, column, "a whole number from 0 is expected");
      }
      whole[row] = (int) numbers[row];
    }
    return whole;
  }

  public int line(int row) {
    return lines.get(row);
  }

  /** Returns an exception for a cell. */
  public BadInputException problem(int row, String column, String expected) {
    return malformed(
        lines.get(row),
        "%s, found %s in column %s"
            .formatted(expected, Quoted.quoted(texts(column).get(row)), Quoted.quoted(column)));
  }

  /** Returns an exception for a line; {@code what} describes the problem and the remedy. */
  public BadInputException problem(int line, String what) {
    return new BadInputException("%s line %d: %s".formatted(OneLine.of(file), line, what));
  }

  private BadInputException malformed(int line, String what) {
    return problem(line, what + "; correct the file or create it again");
  }

  /** Quotes a cell as in RFC 4180, if it needs quotes or reading would strip it. */
  public static String quoted(String cell) {
    boolean plain = cell.equals(cell.strip()) && !cell.matches("(?s).*[\",\r\n].*");
    return plain ? cell : '"' + cell.replace("\"", "\"\"") + '"';
  }
}
