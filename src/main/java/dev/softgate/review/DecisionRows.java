package dev.softgate.review;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Quoted;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The text of {@code decisions.csv}.
 *
 * @param ofFiles whether the first column is {@code file}; otherwise {@code index}
 * @param decisions the rows, in their order
 */
record DecisionRows(boolean ofFiles, List<Decision> decisions) {

  private static final Logger LOG = LoggerFactory.getLogger(DecisionRows.class);
  private static final List<String> COLUMNS = List.of("given", "decision", "label", "seconds");
  private static final long MOST_BYTES = 1L << 28;

  static String key(boolean ofFiles) {
    return ofFiles ? "file" : "index";
  }

  static String header(boolean ofFiles) {
    return key(ofFiles) + "," + String.join(",", COLUMNS) + "\n";
  }

  static String line(Decision decision) {
    String seconds =
        Double.isNaN(decision.seconds())
            ? ""
            : String.format(Locale.ROOT, "%.1f", decision.seconds());
    return String.join(
            ",",
            CsvTable.quoted(decision.image()),
            CsvTable.quoted(decision.given()),
            decision.kind().toString(),
            CsvTable.quoted(decision.label()),
            seconds)
        + "\n";
  }

  static String text(boolean ofFiles, List<Decision> decisions) {
    StringBuilder text = new StringBuilder(header(ofFiles));
    decisions.forEach(decision -> text.append(line(decision)));
    return text.toString();
  }

  /** Reads a file; a last line without its end counts only if it is a row of all cells. */
  static DecisionRows read(Path file) {
    byte[] bytes = bytes(file);
    int end = wholeLines(bytes);
    if (end < bytes.length) {
      try {
        return of(file, bytes);
      } catch (BadInputException e) {
        DecisionRows rows = of(file, Arrays.copyOf(bytes, end));
        LOG.warn("{}: the incomplete last line is ignored", OneLine.of(file));
        return rows;
      }
    }
    return of(file, bytes);
  }

  private static byte[] bytes(Path file) {
    try {
      boolean isFile = Files.isRegularFile(file) || !Files.exists(file);
      if (!isFile || Files.size(file) > MOST_BYTES) {
        throw new BadInputException(OneLine.of(file) + " is not a file of decisions");
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new BadInputException(
          OneLine.of(file) + ": no such file; softgate review writes it", e);
    } catch (IOException e) {
      throw new BadInputException(
          "%s cannot be read (%s); check its permissions"
              .formatted(OneLine.of(file), OneLine.of(e)),
          e);
    }
  }

  /** The end of the last line that is complete; line ends within quotation marks do not count. */
  private static int wholeLines(byte[] text) {
    int end = 0;
    boolean quoted = false;
    boolean cellStarts = true;
    for (int i = 0; i < text.length; i++) {
      if (text[i] == '"' && (quoted || cellStarts)) {
        quoted = !quoted;
      } else if (text[i] == '\n' && !quoted) {
        end = i + 1;
      }
      // A second quotation mark within quotes reopens them.
      cellStarts = text[i] == '"' || text[i] == ',' || text[i] == '\n';
    }
    return end;
  }

  private static DecisionRows of(Path file, byte[] bytes) {
    CsvTable table = CsvTable.of(file, bytes);
    boolean ofFiles = table.header().get(0).equals("file");
    List<String> expected = new ArrayList<>(List.of(key(ofFiles)));
    expected.addAll(COLUMNS);
    if (!table.header().equals(expected)) {
      throw new BadInputException(
          "%s is not a file of decisions: its columns must be file (or index),%s, found '%s'"
              .formatted(
                  OneLine.of(file),
                  String.join(",", COLUMNS),
                  Quoted.oneLine(String.join(",", table.header()))));
    }
    List<String> images = table.texts(key(ofFiles));
    List<String> given = table.texts("given");
    List<String> kinds = table.texts("decision");
    List<String> labels = table.texts("label");
    double[] seconds = table.numbers("seconds");
    List<Decision> decisions = new ArrayList<>();
    for (int row = 0; row < table.rows(); row++) {
      Path image = ofFiles ? path(file, table, row, images.get(row)) : null;
      int index = ofFiles ? -1 : index(table, row, images.get(row));
      Decision.Kind kind = kind(table, row, kinds.get(row));
      try {
        String label = label(kind, given.get(row), labels.get(row));
        decisions.add(new Decision(image, index, given.get(row), kind, label, seconds[row]));
      } catch (IllegalArgumentException e) {
        throw table.problem(row, "label", expected(kind));
      }
    }
    return new DecisionRows(ofFiles, List.copyOf(decisions));
  }

  /** The label that a cell means: people leave it empty to keep, and leave it there to remove. */
  private static String label(Decision.Kind kind, String given, String cell) {
    return switch (kind) {
      case KEEP -> cell.isEmpty() ? given : cell;
      case RELABEL -> cell;
      case REMOVE -> cell.equals(given) ? "" : cell;
    };
  }

  private static String expected(Decision.Kind kind) {
    return switch (kind) {
      case KEEP -> "the given label or an empty cell is expected for keep";
      case RELABEL -> "another label than the given one is expected for relabel";
      case REMOVE -> "an empty cell is expected for remove";
    };
  }

  private static Decision.Kind kind(CsvTable table, int row, String cell) {
    for (Decision.Kind kind : Decision.Kind.values()) {
      if (kind.toString().equals(cell)) {
        return kind;
      }
    }
    throw table.problem(row, "decision", "keep, relabel or remove is expected");
  }

  private static Path path(Path file, CsvTable table, int row, String cell) {
    try {
      if (cell.isEmpty()) {
        throw table.problem(row, "file", "the path of an image is expected");
      }
      return file.toAbsolutePath().resolveSibling(cell).normalize();
    } catch (InvalidPathException e) {
      throw table.problem(row, "file", "the path of an image is expected");
    }
  }

  private static int index(CsvTable table, int row, String cell) {
    if (!cell.matches("\\d{1,9}")) {
      throw table.problem(row, "index", "the index of an image is expected");
    }
    return Integer.parseInt(cell);
  }
}
