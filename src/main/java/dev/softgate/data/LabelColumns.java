package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import java.util.Arrays;
import java.util.List;

/** A table with a row for each of N images. Its column {@code index} holds the ids. */
final class LabelColumns {

  private static final String INDEX = "index";

  private final CsvTable table;
  private final List<String> classNames;
  private final int[] rows; // of each image

  private LabelColumns(CsvTable table, List<String> classNames, int[] rows) {
    this.table = table;
    this.classNames = classNames;
    this.rows = rows;
  }

  /**
   * Finds the row of each image; the half, {@code train} or {@code test}, is for messages.
   *
   * @throws BadInputException if there is no column index, or its values are not 0…N−1 in any order
   */
  static LabelColumns of(CsvTable table, int images, String half, List<String> classNames) {
    int[] rows = new int[images];
    Arrays.fill(rows, -1);
    List<String> cells = cells(table, INDEX);
    for (int row = 0; row < table.rows(); row++) {
      String cell = cells.get(row);
      int id = ClassCells.wholeNumber(cell);
      if (id < 0 || id >= images) {
        throw table.problem(
            table.line(row),
            "the index must be from 0 to %d, as there are %,d %s images, found '%s'"
                .formatted(images - 1, images, half, OneLine.of(cell)));
      }
      if (rows[id] >= 0) {
        throw table.problem(
            table.line(row),
            "image %d is on line %d already; give each image once"
                .formatted(id, table.line(rows[id])));
      }
      rows[id] = row;
    }
    requireAll(table, rows, half);
    return new LabelColumns(table, classNames, rows);
  }

  private static void requireAll(CsvTable table, int[] rows, String half) {
    long missing = Arrays.stream(rows).filter(row -> row < 0).count();
    if (missing > 0) {
      int first = 0;
      while (rows[first] >= 0) {
        first++;
      }
      throw table.problem(
          table.rows() == 0 ? 1 : table.line(table.rows() - 1),
          "the file has no row for image %d%s; give each of the %,d %s images a row"
              .formatted(
                  first,
                  missing == 1 ? "" : " and %,d others".formatted(missing - 1),
                  rows.length,
                  half));
    }
  }

  private static List<String> cells(CsvTable table, String name) {
    if (!table.has(name)) {
      throw table.problem(
          1,
          "there is no column %s, only %s"
              .formatted(OneLine.of(name), OneLine.of(String.join(", ", table.header()))));
    }
    return table.texts(name);
  }

  /** The labels in a column, by image id: N class ids. */
  int[] column(String name) {
    List<String> cells = cells(table, name);
    int[] labels = new int[rows.length];
    ClassCells classes = new ClassCells(classNames);
    for (int id = 0; id < labels.length; id++) {
      String cell = cells.get(rows[id]);
      int label = classes.id(cell);
      if (label < 0) {
        throw problem(id, classes.expected(name, cell));
      }
      labels[id] = label;
    }
    return labels;
  }

  /** The whole numbers in a column, by image id. */
  int[] counts(String name) {
    List<String> cells = cells(table, name);
    int[] counts = new int[rows.length];
    for (int id = 0; id < counts.length; id++) {
      String cell = cells.get(rows[id]);
      counts[id] = ClassCells.wholeNumber(cell);
      if (counts[id] < 0) {
        throw problem(
            id, "%s must be a whole number, found '%s'".formatted(name, OneLine.of(cell)));
      }
    }
    return counts;
  }

  BadInputException problem(int id, String what) {
    return table.problem(table.line(rows[id]), what);
  }

  /** Requires a column to hold these labels; otherwise the rows describe other images. */
  void requireEqual(String name, int[] expected) {
    int[] found = column(name);
    for (int id = 0; id < found.length; id++) {
      if (found[id] != expected[id]) {
        throw problem(
            id,
            "%s is %s, but image %d of the data set has the label %s; is the file for another set or in another order?"
                .formatted(
                    name,
                    OneLine.of(classNames.get(found[id])),
                    id,
                    OneLine.of(classNames.get(expected[id]))));
      }
    }
  }
}
