package dev.softgate.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code --json} would print, for a person: figures a line each, lists of rows as tables. */
final class FigureText {

  private FigureText() {}

  /** Prints figures under their JSON keys, underscores as blanks; tables come last. */
  static void print(Map<String, @Nullable Object> values, PrintWriter writer) {
    LabeledLines lines = new LabeledLines();
    values.forEach(
        (key, value) -> {
          if (!isTable(value)) {
            lines.add(label(key), text(value));
          }
        });
    lines.print(writer);
    values.values().stream()
        .filter(FigureText::isTable)
        .forEach(value -> table((List<?>) value, writer));
  }

  private static boolean isTable(@Nullable Object value) {
    return value instanceof List<?> list && !list.isEmpty() && list.get(0) instanceof Map;
  }

  private static void table(List<?> rows, PrintWriter writer) {
    Map<?, ?> first = (Map<?, ?>) rows.get(0);
    TextTable table =
        new TextTable(first.keySet().stream().map(FigureText::label).toArray(String[]::new));
    for (Object row : rows) {
      table.row(((Map<?, ?>) row).values().stream().map(FigureText::text).toArray(String[]::new));
    }
    writer.println();
    table.print(writer);
  }

  private static String label(Object key) {
    return key.toString().replace('_', ' ');
  }

  private static String text(@Nullable Object value) {
    if (value instanceof Double number) {
      return number >= 1000
          ? String.format(Locale.ROOT, "%,.0f", number)
          : String.format(Locale.ROOT, "%.4f", number);
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> label(entry.getKey()) + " " + text(entry.getValue()))
          .collect(Collectors.joining(", "));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(FigureText::text).collect(Collectors.joining(", "));
    }
    return value == null ? "-" : value.toString();
  }
}
