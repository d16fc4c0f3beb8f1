package dev.softgate.interop;

import com.fasterxml.jackson.core.io.NumberInput;
import dev.softgate.BadInputException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.Reader;
import java.nio.channels.Channels;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads comma-separated values in UTF-8 record by record, in a memory that does not grow with the
 * file. Cells may be quoted as in RFC 4180. Lines end with LF, CRLF or CR. A byte order mark,
 * blanks around unquoted cells, and empty lines at the end are ignored.
 *
 * <p>Spreadsheets separate cells by semicolons or tabs in some languages: the first comma,
 * semicolon or tab of the first record separates all. With semicolons, numbers may have a decimal
 * comma.
 */
public final class CsvReader implements Closeable {

  /** The longest record: a quotation mark without its end must not fill the heap. */
  private static final int MOST_CHARACTERS = 1 << 24;

  private static final int BUFFER_CHARACTERS = 1 << 16;
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final int END = -1;

  private final Path file;
  private final Reader in;
  private final char[] buffer = new char[BUFFER_CHARACTERS];
  private int at;
  private int limit;

  /** The record's cells, one after the other. */
  private char[] record = new char[1 << 10];

  private int length;
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private int cells;
  private int line;
  private int nextLine = 1;

  /** 0 until the first one is read. */
  private char separator;

  /** Reads {@code in}; {@code file} is for messages. */
  CsvReader(Path file, Reader in) {
    this.file = file;
    this.in = in;
    if (peek() == BYTE_ORDER_MARK) {
      at++;
    }
  }

  /**
   * Opens a file.
   *
   * @throws BadInputException if it does not exist, may not be read, or is known to be no CSV file
   */
  public static CsvReader open(Path file) {
    try {
      RandomAccessFile opened = InputFiles.open(file, "a CSV file");
      try {
        refuseOtherKinds(file, opened);
        return new CsvReader(
            file,
            new InputStreamReader(
                Channels.newInputStream(opened.getChannel()), StandardCharsets.UTF_8.newDecoder()));
      } catch (IOException | RuntimeException e) {
        opened.close();
        throw e;
      }
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static void refuseOtherKinds(Path file, RandomAccessFile opened) throws IOException {
    byte[] start = new byte[(int) Math.min(opened.length(), FileKind.BYTES)];
    InputFiles.read(opened, 0, start);
    opened.seek(0);
    FileKind kind = FileKind.of(start);
    if (kind != null) {
      throw kind.refusal(file);
    }
  }

  /** Reads the next record; false if there is none. */
  public boolean next() {
    line = nextLine;
    cells = 0;
    length = 0;
    if (peek() == END) {
      return false;
    }
    do {
      cell();
    } while (takeSeparator());
    boolean carriageReturn = take('\r');
    if (!take('\n') && !carriageReturn && peek() != END) {
      throw malformed("a separator or the end of the line is expected after a quoted cell");
    }
    nextLine++;
    separator = separator == 0 ? ',' : separator;
    return cells > 1 || ends[0] > starts[0] || !isLast();
  }

  private boolean takeSeparator() {
    int next = peek();
    if (separator == 0 && maySeparate(next)) {
      separator = (char) next;
    }
    return separator != 0 && take(separator);
  }

  private boolean separates(int next) {
    return separator == 0 ? maySeparate(next) : next == separator;
  }

  private static boolean maySeparate(int next) {
    return next == ',' || next == ';' || next == '\t';
  }

  /** Whether numbers may have a decimal comma; known after the first record. */
  boolean hasDecimalCommas() {
    return separator == ';';
  }

  /** Whether only blanks follow an empty line. */
  private boolean isLast() {
    int next = peek();
    while (next != END && Character.isWhitespace(next)) {
      at++;
      next = peek();
    }
    if (next != END) {
      throw malformed("the line is empty");
    }
    return true;
  }

  /** The number of cells of the record. */
  public int cells() {
    return cells;
  }

  /** A cell's text. */
  public String text(int cell) {
    return new String(record, starts[cell], ends[cell] - starts[cell]);
  }

  /** All cells' texts. */
  public List<String> texts() {
    List<String> texts = new ArrayList<>(cells);
    for (int cell = 0; cell < cells; cell++) {
      texts.add(text(cell));
    }
    return texts;
  }

  /**
   * A cell as a number, rounded to float32.
   *
   * @throws BadInputException if it is not a number
   */
  public float number(int cell) {
    for (int i = starts[cell]; i < ends[cell] && hasDecimalCommas(); i++) {
      record[i] = record[i] == ',' ? '.' : record[i];
    }
    try {
      return NumberInput.parseFloat(record, starts[cell], ends[cell] - starts[cell], true);
    } catch (NumberFormatException e) {
      throw problem(
          "a number is expected in column %d, found %s"
              .formatted(cell + 1, Quoted.quoted(text(cell))));
    }
  }

  /** The line on which the record begins, from 1. */
  public int line() {
    return line;
  }

  /** Returns an exception for the record; {@code what} describes the problem and the remedy. */
  public BadInputException problem(String what) {
    return new BadInputException("%s line %d: %s".formatted(OneLine.of(file), line, what));
  }

  private BadInputException malformed(String what) {
    return problem(what + "; correct the file or create it again");
  }

  private void cell() {
    if (take('"')) {
      start(length);
      quoted();
      ends[cells++] = length;
      return;
    }
    int start = length;
    int next = peek();
    while (!separates(next) && next != '\n' && next != '\r' && next != END) {
      append((char) next);
      at++;
      next = peek();
    }
    int end = length;
    while (start < end && Character.isWhitespace(record[start])) {
      start++;
    }
    while (start < end && Character.isWhitespace(record[end - 1])) {
      end--;
    }
    start(start);
    ends[cells++] = end;
  }

  private void quoted() {
    for (int next = peek(); next != END; next = peek()) {
      at++;
      if (next == '"' && !take('"')) {
        return;
      }
      nextLine += next == '\n' || (next == '\r' && peek() != '\n') ? 1 : 0;
      append((char) next);
    }
    throw malformed("a quotation mark without its end");
  }

  /** Begins a cell at a place in the record. */
  private void start(int place) {
    if (cells == starts.length) { // before starts[…] is evaluated, which would be the old array
      starts = Arrays.copyOf(starts, 2 * cells);
      ends = Arrays.copyOf(ends, 2 * cells);
    }
    starts[cells] = place;
  }

  private void append(char character) {
    if (length == record.length) {
      if (length == MOST_CHARACTERS) {
        throw malformed("it has more than %,d characters".formatted(MOST_CHARACTERS));
      }
      record = Arrays.copyOf(record, 2 * length);
    }
    record[length++] = character;
  }

  private boolean take(char wanted) {
    boolean found = peek() == wanted;
    at += found ? 1 : 0;
    return found;
  }

  private int peek() {
    if (at < limit) {
      return buffer[at];
    }
    try {
      limit = in.read(buffer);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    at = 0;
    return limit > 0 ? buffer[0] : END;
  }

  private static BadInputException unreadable(Path file, IOException e) {
    return new BadInputException(
        e instanceof CharacterCodingException
            ? OneLine.of(file) + " is not text in UTF-8; give a CSV file, saved as UTF-8"
            : "%s cannot be read (%s); check its permissions"
                .formatted(OneLine.of(file), OneLine.of(e)),
        e);
  }

  @Override
  public void close() {
    try {
      in.close();
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }
}
