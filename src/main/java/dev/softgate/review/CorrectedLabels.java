package dev.softgate.review;

import dev.softgate.BadInputException;
import dev.softgate.data.LabelFile;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A label file with the labels that decisions give; see {@link LabelFile}. It lists the decided
 * images and the images that an earlier label file changed. A removed image has an empty label.
 *
 * @param header the names of the columns
 * @param rows the cells of each row, quoted
 */
record CorrectedLabels(String header, List<String> rows) {

  private static final String INDEX = "index";
  private static final String GIVEN = "given";
  private static final String CLEAN = "clean";

  CorrectedLabels {
    rows = List.copyOf(rows);
  }

  String text() {
    return header + "\n" + String.join("\n", rows) + "\n";
  }

  /** The labels of decided images alone. */
  static CorrectedLabels of(List<Decision> decisions) {
    boolean files = decisions.get(0).file() != null;
    return new CorrectedLabels(
        files ? "file,given" : "index,given",
        decisions.stream().map(each -> row(each.image(), each.label())).toList());
  }

  /** The labels of a set's files that differ from those of the set, or were decided. */
  static CorrectedLabels of(DecidedSet set) {
    return new CorrectedLabels(
        "file,given",
        IntStream.range(0, set.entries().size())
            .filter(i -> set.decided()[i] || set.after()[i] != set.entries().get(i).label())
            .mapToObj(
                i ->
                    row(DecidedSet.path(set.entries().get(i)).toString(), set.name(set.after()[i])))
            .toList());
  }

  /**
   * The rows of an earlier label file of a set without files, changed and completed by decisions.
   * The true labels stay if the file has them for all decided images.
   */
  static CorrectedLabels of(List<Decision> decisions, Path earlier) {
    CsvTable table = CsvTable.read(earlier);
    if (!table.has(INDEX) || !table.has(GIVEN)) {
      throw new BadInputException(
          "{labels} %s: it has no columns index and given; specify the label file of the images"
              .formatted(OneLine.of(earlier)));
    }
    Map<String, String> given = column(table, GIVEN);
    Map<String, String> clean = table.has(CLEAN) ? column(table, CLEAN) : Map.of();
    decisions.forEach(decision -> given.put(decision.image(), decision.label()));
    boolean known = clean.keySet().containsAll(given.keySet());
    return new CorrectedLabels(
        known ? "index,given,clean" : "index,given",
        given.entrySet().stream()
            .map(
                each ->
                    row(each.getKey(), each.getValue())
                        + (known
                            ? "," + CsvTable.quoted(clean.getOrDefault(each.getKey(), ""))
                            : ""))
            .toList());
  }

  /** The cells of a column by image. */
  private static Map<String, String> column(CsvTable table, String name) {
    Map<String, String> cells = new LinkedHashMap<>();
    List<String> images = table.texts(INDEX);
    List<String> texts = table.texts(name);
    for (int row = 0; row < images.size(); row++) {
      cells.put(images.get(row), texts.get(row));
    }
    return cells;
  }

  private static String row(String image, String label) {
    return CsvTable.quoted(image) + "," + CsvTable.quoted(label);
  }
}
