package dev.softgate.data;

import dev.softgate.interop.NearestName;
import dev.softgate.interop.OneLine;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Reads the classes in a table's cells. A whole number is a class id, unless the name of a class is
 * a number other than its id; then all cells are names.
 */
final class ClassCells {

  private final List<String> classNames;
  private final Map<String, Integer> ids = new HashMap<>();
  private final boolean byName;

  ClassCells(List<String> classNames) {
    this.classNames = classNames;
    this.byName = haveOtherNumbers(classNames);
    for (int id = 0; id < classNames.size(); id++) {
      ids.putIfAbsent(classNames.get(id), id);
    }
  }

  /** The id of a class; −1 if the cell holds none. */
  int id(String cell) {
    int number = byName ? -1 : wholeNumber(cell);
    int id = number < 0 ? ids.getOrDefault(cell, -1) : number;
    return id < classNames.size() ? id : -1;
  }

  /** What a cell must hold, and the class that it probably means: for a message. */
  String expected(String column, String cell) {
    String nearest = wholeNumber(cell) < 0 ? NearestName.of(cell, classNames) : null;
    return "%s must be a class, %s, found '%s'%s"
        .formatted(
            column,
            byName
                ? "by name, as some names are numbers"
                : "from 0 to %d or by name".formatted(classNames.size() - 1),
            OneLine.of(cell),
            nearest == null ? "" : " (meant %s?)".formatted(OneLine.of(nearest)));
  }

  /** Whether a class's name is another class's number: then a number in a file is a name. */
  static boolean haveOtherNumbers(List<String> classNames) {
    return IntStream.range(0, classNames.size())
        .anyMatch(
            id -> wholeNumber(classNames.get(id)) >= 0 && wholeNumber(classNames.get(id)) != id);
  }

  /** The number in a cell, from 0 to 999,999,999; −1 for anything else. */
  static int wholeNumber(String cell) {
    return cell.matches("\\d{1,9}") ? Integer.parseInt(cell) : -1;
  }
}
