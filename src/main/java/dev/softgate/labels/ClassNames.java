package dev.softgate.labels;

import dev.softgate.BadInputException;
import dev.softgate.interop.CsvTable;
import dev.softgate.interop.OneLine;
import dev.softgate.interop.Quoted;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How labels are written: as the classes' names, or as numbers from 0 to K−1. */
final class ClassNames {

  private final @Nullable List<String> names;
  private final Map<String, Integer> classes;
  private final List<String> quoted;

  private ClassNames(@Nullable List<String> names, int count) {
    this.names = names;
    this.classes =
        IntStream.range(0, count)
            .boxed()
            .collect(Collectors.toMap(this::text, Function.identity()));
    this.quoted = IntStream.range(0, count).mapToObj(k -> CsvTable.quoted(text(k))).toList();
  }

  /**
   * Finds out how labels are written.
   *
   * @param texts the different labels, at most K
   * @param columns the names in the header of the probabilities; null if there are none
   * @param probabilities the file with K columns
   * @throws BadInputException if names without such a header are not K or mixed with numbers
   */
  static ClassNames of(
      List<String> texts, @Nullable List<String> columns, int classes, Path probabilities) {
    boolean numbers = texts.stream().allMatch(ClassNames::isNumber);
    if (columns != null) {
      boolean ambiguous =
          IntStream.range(0, classes)
              .anyMatch(k -> isNumber(columns.get(k)) && Integer.parseInt(columns.get(k)) != k);
      return new ClassNames(numbers && !ambiguous ? null : columns, classes);
    }
    if (numbers) {
      return new ClassNames(null, classes);
    }
    Stream.concat(texts.stream().filter(text -> !isNumber(text)), texts.stream())
        .filter(text -> text.matches("[-+]?(\\d+\\.?\\d*|\\.\\d+)([eE][-+]?\\d+)?"))
        .findFirst()
        .ifPresent(
            text -> {
              throw new BadInputException(
                  "{given}: the label %s is neither a class name nor a number from 0 to %d; write all labels as numbers or all as names"
                      .formatted(Quoted.quoted(text), classes - 1));
            });
    if (texts.size() != classes) {
      throw new BadInputException(
          "{given}: the labels are names, %d in number, but %s has %d columns, so their classes are unknown; give the probabilities as CSV with a header of class names, or the labels as numbers"
              .formatted(texts.size(), OneLine.of(probabilities), classes));
    }
    return new ClassNames(texts.stream().sorted().toList(), classes);
  }

  private static boolean isNumber(String text) {
    return text.matches("\\d{1,9}");
  }

  /** The class of a label; −1 if there is none. */
  int find(String text) {
    String plain = names == null && isNumber(text) ? "" + Integer.parseInt(text) : text;
    return classes.getOrDefault(plain, -1);
  }

  /** A class as labels write it. */
  String text(int label) {
    return names == null ? Integer.toString(label) : names.get(label);
  }

  /** The same, quoted for CSV. */
  String quoted(int label) {
    return quoted.get(label);
  }

  /** The names in the order of the classes; null if labels are numbers. */
  @Nullable List<String> names() {
    return names;
  }
}
