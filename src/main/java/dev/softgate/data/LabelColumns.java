package dev.softgate.data;

import dev.softgate.BadInputException;
import java.util.Arrays;
import java.util.List;

/** The columns of a table that has a row for each of N images, found by its column index. */
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
   * Finds each image's row.
   *
   * @param images N
   * @param half of the data set, {@code train} or {@code test}
   * @throws BadInputException if there is no column index, or it is not 0…N−1 in some order
   */
  static LabelColumns of(CsvTable table, int images, String half, List<String> classNames) {
    int[] rows = new int[images];
    Arrays.fill(rows, -1);
    int column = column(table, INDEX);
    for (int row = 0; row < table.rows().size(); row++) {
      String cell = table.rows().get(row).get(column);
      int id = wholeNumber(cell);
      if (id < 0 || id >= images) {
        throw table.problem(
            CsvTable.line(row),
            "the index must be from 0 to %d, as there are %,d %s images, found '%s'"
                .formatted(images - 1, images, half, OneLine.of(cell)));
      }
      if (rows[id] >= 0) {
        throw table.problem(
            CsvTable.line(row),
            "image %d was on line %d already; give each once"
                .formatted(id, CsvTable.line(rows[id])));
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
          CsvTable.line(table.rows().size() - 1),
          "the file ends without a row for image %d%s; give every one of the %,d %s images a row"
              .formatted(
                  first,
                  missing == 1 ? "" : " and %,d others".formatted(missing - 1),
                  rows.length,
                  half));
    }
  }

  private static int column(CsvTable table, String name) {
    int column = table.header().indexOf(name);
    if (column < 0) {
      throw table.problem(
          1,
          "there is no column %s, only %s"
              .formatted(OneLine.of(name), OneLine.of(String.join(", ", table.header()))));
    }
    return column;
  }

  /**
   * The class ids in a column, N, in the order of the images.
   *
   * @throws BadInputException if there is no such column, or a cell is no class
   */
  int[] column(String name) {
    int column = column(table, name);
    int[] labels = new int[rows.length];
    for (int id = 0; id < labels.length; id++) {
      String cell = table.rows().get(rows[id]).get(column);
      int label = wholeNumber(cell);
      if (label < 0) {
        label = classNames.indexOf(cell);
      }
      if (label < 0 || label >= classNames.size()) {
        throw table.problem(
            CsvTable.line(rows[id]),
            "%s must be a class, from 0 to %d or by name, found '%s'"
                .formatted(name, classNames.size() - 1, OneLine.of(cell)));
      }
      labels[id] = label;
    }
    return labels;
  }

  /**
   * The counts in a column, N, in the order of the images.
   *
   * @throws BadInputException if there is no such column, or a cell is no whole number
   */
  int[] counts(String name) {
    int column = column(table, name);
    int[] counts = new int[rows.length];
    for (int id = 0; id < counts.length; id++) {
      String cell = table.rows().get(rows[id]).get(column);
      counts[id] = wholeNumber(cell);
      if (counts[id] < 0) {
        throw problem(
            id, "%s must be a whole number, found '%s'".formatted(name, OneLine.of(cell)));
      }
    }
    return counts;
  }

  /** A refusal of an image's row. */
  BadInputException problem(int id, String what) {
    return table.problem(CsvTable.line(rows[id]), what);
  }

  /**
   * Refuses a column that is not what it should be: its rows are then of other images.
   *
   * @param expected the label of each image
   * @throws BadInputException naming the first line that differs
   */
  void requireEqual(String name, int[] expected) {
    int[] found = column(name);
    for (int id = 0; id < found.length; id++) {
      if (found[id] != expected[id]) {
        throw table.problem(
            CsvTable.line(rows[id]),
            "%s is %s, but the data set labels image %d %s; is the file of another set, or in another order?"
                .formatted(
                    name,
                    OneLine.of(classNames.get(found[id])),
                    id,
                    OneLine.of(classNames.get(expected[id]))));
      }
    }
  }

  /** The number that a cell is; −1 where it is none, or none from 0 to 999,999,999. */
  private static int wholeNumber(String cell) {
    return cell.matches("\\d{1,9}") ? Integer.parseInt(cell) : -1;
  }
}
