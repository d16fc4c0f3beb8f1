package dev.softgate.labels;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvReader;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Quoted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The labels in a CSV file with the header {@code index,given}, {@code file,given} or {@code given}
 * and any other columns; a first column without a name is an index, as pandas writes it. A label is
 * the name of a class or its number.
 *
 * @param labels int32, N, in [0, K)
 * @param names how the file writes them
 * @param ascending whether the index ascends; true if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
record GivenLabels(Path file, int[] labels, ClassNames names, boolean ascending) {

  private static final String GIVEN = "given";
  private static final Pattern INDEX = Pattern.compile("\\d{1,18}");
  private static final int MOST_IMAGES = Integer.MAX_VALUE - 8;

  /**
   * Reads a file.
   *
   * @param probabilities has K columns, and maybe names them
   * @throws BadInputException if the file is missing, malformed, or for other classes
   */
  static GivenLabels read(Path file, ProbabilityFile probabilities) {
    Reading reading = new Reading(file, probabilities);
    try (Rows rows = Rows.open(file)) {
      while (rows.next()) {
        reading.add(rows);
      }
    }
    return reading.finish();
  }

  /** The file's rows, to be read again. */
  Rows rows() {
    return Rows.open(file);
  }

  /** A file that is being read. */
  static final class Rows implements AutoCloseable {

    private final CsvReader csv;
    private final int columns;
    private final int index;
    private final int path;
    private final int label;

    private Rows(CsvReader csv) {
      this.csv = csv;
      List<String> header = csv.next() ? csv.texts() : List.of();
      columns = header.size();
      index = Math.max(header.indexOf("index"), header.indexOf("") == 0 ? 0 : -1);
      path = header.indexOf("file");
      label = header.indexOf(GIVEN);
      if (label < 0) {
        throw csv.problem(
            "the columns are %s; a header with the column given is expected, such as index,given or file,given"
                .formatted(Quoted.quoted(String.join(",", header))));
      }
      for (String name : List.of("index", "file", GIVEN)) {
        if (header.indexOf(name) != header.lastIndexOf(name)) {
          throw csv.problem("there are two columns %s; remove one".formatted(name));
        }
      }
    }

    static Rows open(Path file) {
      CsvReader csv = CsvReader.open(file);
      try {
        return new Rows(csv);
      } catch (RuntimeException e) {
        csv.close();
        throw e;
      }
    }

    /** Moves on to the next row; false if there is none. */
    boolean next() {
      if (!csv.next()) {
        return false;
      }
      if (csv.cells() != columns) {
        throw csv.problem(
            "%d cells are expected, found %s; correct the file"
                .formatted(columns, Quoted.quoted(String.join(",", csv.texts()))));
      }
      return true;
    }

    boolean hasIndex() {
      return index >= 0;
    }

    boolean hasFile() {
      return path >= 0;
    }

    String index() {
      return csv.text(index);
    }

    String file() {
      return csv.text(path);
    }

    String label() {
      return csv.text(label);
    }

    BadInputException problem(String what) {
      return csv.problem(what);
    }

    @Override
    public void close() {
      csv.close();
    }
  }

  /** What has been read so far. Labels are numbered in the order in which they occur. */
  private static final class Reading {
    private final Path file;
    private final ProbabilityFile probabilities;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<String> texts = new ArrayList<>();
    private final List<Integer> firsts = new ArrayList<>(); // their first images
    private int[] labels = new int[1 << 10];
    private int count;
    private boolean ascending = true;
    private long lastIndex = -1;

    Reading(Path file, ProbabilityFile probabilities) {
      this.file = file;
      this.probabilities = probabilities;
    }

    void add(Rows rows) {
      String text = rows.label();
      Integer number = numbers.get(text);
      if (number == null) {
        number = add(text, rows);
      }
      if (count == labels.length) {
        if (count == MOST_IMAGES) {
          throw rows.problem("there are more than %,d labels".formatted(MOST_IMAGES));
        }
        labels = Arrays.copyOf(labels, (int) Math.min(MOST_IMAGES, 2L * count));
      }
      labels[count++] = number;
      if (ascending && rows.hasIndex() && INDEX.matcher(rows.index()).matches()) {
        long index = Long.parseLong(rows.index());
        ascending = index > lastIndex;
        lastIndex = index;
      }
    }

    private Integer add(String text, Rows rows) {
      if (text.isEmpty()) {
        throw rows.problem("the label is empty; leave the image out, of the probabilities too");
      }
      if (texts.size() == probabilities.classes()) {
        throw rows.problem(
            "the label %s is one more than %s has columns, which are %d"
                .formatted(
                    Quoted.quoted(text),
                    OneLine.of(probabilities.file()),
                    probabilities.classes()));
      }
      texts.add(text);
      firsts.add(count);
      numbers.put(text, texts.size() - 1);
      return texts.size() - 1;
    }

    GivenLabels finish() {
      if (count == 0) {
        throw new BadInputException(OneLine.of(file) + " has no labels, only a header");
      }
      ClassNames names =
          ClassNames.of(
              texts, probabilities.names(), probabilities.classes(), probabilities.file());
      int[] classes = new int[texts.size()];
      for (int i = 0; i < classes.length; i++) {
        classes[i] = names.find(texts.get(i));
        if (classes[i] < 0) {
          throw new BadInputException(
              "%s, row %,d: the label %s is none of the %d classes of %s, %s"
                  .formatted(
                      OneLine.of(file),
                      firsts.get(i) + 1,
                      Quoted.quoted(texts.get(i)),
                      probabilities.classes(),
                      OneLine.of(probabilities.file()),
                      described(names)));
        }
      }
      int[] labels = Arrays.copyOf(this.labels, count);
      for (int i = 0; i < count; i++) {
        labels[i] = classes[labels[i]];
      }
      return new GivenLabels(file, labels, names, ascending);
    }

    private String described(ClassNames names) {
      @Nullable List<String> list = names.names();
      return list == null
          ? "numbered from 0 to %d".formatted(probabilities.classes() - 1)
          : "named " + Quoted.oneLine(String.join(", ", list));
    }
  }
}
