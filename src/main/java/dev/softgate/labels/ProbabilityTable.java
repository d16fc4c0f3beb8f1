package dev.softgate.labels;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvReader;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Quoted;
import dev.softgate.scoring.labels.ProbabilityRows.Visitor;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Probabilities in a CSV file, with or without a header of class names. With a header, the first
 * column may be {@code index} or {@code file}; a first column without a name is an index, as pandas
 * writes it. A header of the numbers from 0 to K−1 gives no names.
 */
final class ProbabilityTable extends ProbabilityFile {

  /** What is before the probabilities. */
  private enum Key {
    NONE,
    INDEX,
    FILE
  }

  private final Key key;
  private final @Nullable List<String> names;

  /** Whether the first row is no image's; null if it may be either. */
  private @Nullable Boolean header;

  private ProbabilityTable(
      Path file, int classes, @Nullable Boolean header, Key key, @Nullable List<String> names) {
    super(file, classes);
    this.header = header;
    this.key = key;
    this.names = names;
  }

  static ProbabilityTable open(Path file) {
    try (CsvReader csv = CsvReader.open(file)) {
      if (!csv.next()) {
        throw new BadInputException(
            OneLine.of(file) + " is empty; a row of probabilities for each image is expected");
      }
      List<String> first = csv.texts();
      if (isPositions(first)) { // with two classes, also the row of a certain prediction
        return new ProbabilityTable(
            file, first.size(), first.size() > 2 ? true : null, Key.NONE, null);
      }
      if (first.stream().allMatch(ProbabilityTable::isNumber)) {
        return new ProbabilityTable(file, first.size(), false, Key.NONE, null);
      }
      Key key =
          switch (first.get(0)) {
            case "", "index" -> Key.INDEX;
            case "file" -> Key.FILE;
            default -> Key.NONE;
          };
      List<String> names = key == Key.NONE ? first : first.subList(1, first.size());
      if (new HashSet<>(names).size() < names.size() || names.contains("")) {
        throw csv.problem(
            "different names of classes are expected, found %s; correct the header"
                .formatted(Quoted.quoted(String.join(",", names))));
      }
      return new ProbabilityTable(file, names.size(), true, key, isPositions(names) ? null : names);
    }
  }

  private static boolean isPositions(List<String> cells) {
    return IntStream.range(0, cells.size()).allMatch(k -> cells.get(k).equals(Integer.toString(k)));
  }

  private static boolean isNumber(String cell) {
    try {
      Double.parseDouble(cell);
      return true;
    } catch (NumberFormatException e) {
      return cell.matches("[-+]?(?i:nan|inf)");
    }
  }

  @Override
  @Nullable List<String> names() {
    return names;
  }

  @Override
  boolean namesImages() {
    return key != Key.NONE;
  }

  @Override
  void readFirst(GivenLabels given, Visitor visitor) {
    int images = given.labels().length;
    if (header == null) {
      header = rows(images + 1L) > images;
    }
    int[] count = new int[1];
    try (GivenLabels.Rows labels = given.rows()) {
      read(
          (csv, image) -> {
            if (image == images) {
              throw otherCount("more", given);
            }
            if (key != Key.NONE) {
              labels.next();
              requireSameImage(csv, image, labels);
            }
            count[0] = image + 1;
          },
          visitor);
    }
    if (count[0] < images) {
      throw otherCount("%,d".formatted(count[0]), given);
    }
  }

  /** The number of rows, a header included, but at most {@code most}. */
  private long rows(long most) {
    long rows = 0;
    try (CsvReader csv = CsvReader.open(file())) {
      while (rows < most && csv.next()) {
        rows++;
      }
    }
    return rows;
  }

  private void requireSameImage(CsvReader csv, int image, GivenLabels.Rows labels) {
    String found = csv.text(0);
    String expected;
    if (key == Key.INDEX) {
      expected = labels.hasIndex() ? labels.index() : Integer.toString(image);
    } else if (labels.hasFile()) {
      expected = labels.file();
    } else {
      throw csv.problem("the rows name files, but the labels do not; remove the column file");
    }
    if (!found.equals(expected)) {
      throw csv.problem(
          "the row is of %s, but row %,d of the labels is of %s; write both files in the same order"
              .formatted(Quoted.quoted(found), image + 1, Quoted.quoted(expected)));
    }
  }

  @Override
  void read(Visitor visitor) {
    read((csv, image) -> {}, visitor);
  }

  /** What is done with a row before its numbers are read. */
  private interface RowCheck {
    void check(CsvReader csv, int image);
  }

  private void read(RowCheck check, Visitor visitor) {
    int keys = key == Key.NONE ? 0 : 1;
    float[] values = new float[classes()];
    try (CsvReader csv = CsvReader.open(file())) {
      if (Boolean.TRUE.equals(header)) {
        csv.next();
      }
      for (int image = 0; csv.next(); image++) {
        if (csv.cells() != keys + values.length) {
          throw csv.problem(
              "%d cells are expected, found %d; correct the file"
                  .formatted(keys + values.length, csv.cells()));
        }
        check.check(csv, image);
        for (int k = 0; k < values.length; k++) {
          values[k] = csv.number(keys + k);
        }
        visitor.row(image, values, 0);
      }
    }
  }
}
