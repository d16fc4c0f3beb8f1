package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which row of a matrix is which image's: by the table beside it, {@code MATRIX.csv} with the
 * column {@code file}, or {@code index} and {@code split}; without one, the rows are in the order
 * of the images.
 *
 * @param rows by the name of the image; empty without a table
 */
record RowNames(Path table, Map<String, Integer> rows) {

  private static final String FILE = "file";
  private static final String INDEX = "index";
  private static final String SPLIT = "split";
  private static final String TEST = "test";

  /**
   * Reads the table.
   *
   * @param count the rows of the matrix
   * @param images how many images there are
   * @throws BadInputException if the rows do not fit
   */
  static RowNames of(Path matrix, long count, int images) {
    String name = String.valueOf(matrix.getFileName());
    Path table = matrix.resolveSibling(name.substring(0, name.lastIndexOf('.')) + ".csv");
    if (!Files.isRegularFile(table)) {
      if (count != images) {
        throw new BadInputException(
            "%s has %,d rows, but there are %,d images; write the features of these images, or name"
                + " the rows in %s with the column file",
            matrix, count, images, table);
      }
      return new RowNames(table, Map.of());
    }
    CsvTable csv = CsvTable.read(table);
    if (csv.rows() != count) {
      throw new BadInputException(
          "%s has %,d rows, but %s has %,d; write both again", matrix, count, table, csv.rows());
    }
    Map<String, Integer> rows = new HashMap<>();
    List<String> names = csv.texts(csv.has(FILE) ? FILE : INDEX);
    List<String> splits = csv.has(FILE) ? List.of() : csv.texts(SPLIT);
    for (int row = 0; row < names.size(); row++) {
      String key =
          splits.isEmpty() ? names.get(row) : key(splits.get(row).equals(TEST), names.get(row));
      if (rows.put(key, row) != null) {
        throw csv.problem(csv.line(row), "an image has two rows; write the table again");
      }
    }
    return new RowNames(table, rows);
  }

  private static String key(boolean test, String index) {
    return (test ? TEST : "train") + " " + index;
  }

  /**
   * The row of an image.
   *
   * @param number the image's place among all, from 0
   */
  int row(JudgedImages.Part part, int id, int number) {
    if (rows.isEmpty()) {
      return number;
    }
    String file = part.images().file(id);
    Integer row = rows.get(file.isEmpty() ? key(part.test(), Integer.toString(id)) : file);
    if (row == null) {
      throw new BadInputException(
          "%s lacks %s; write the features of these images",
          OneLine.of(table), StoredFeatures.name(part, id));
    }
    return row;
  }
}
