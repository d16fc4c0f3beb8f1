package dev.softgate.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code --json} would print, for a person: figures a line each, lists of rows as tables. */
final class FigureText {

  private static final String NOISE = "_noise";

  private FigureText() {}

  /** Prints figures under their JSON keys, underscores as blanks; tables come last. */
  static void print(Map<String, @Nullable Object> values, PrintWriter writer) {
    LabeledLines lines = new LabeledLines();
    texts(values)
        .forEach(
            (key, text) -> {
              if (!isTable(values.get(key))) {
                lines.add(label(key), text);
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
    Map<String, String> first = texts((Map<?, ?>) rows.get(0));
    TextTable table =
        new TextTable(first.keySet().stream().map(FigureText::label).toArray(String[]::new));
    for (Object row : rows) {
      table.row(texts((Map<?, ?>) row).values().toArray(String[]::new));
    }
    writer.println();
    table.print(writer);
  }

  /** A difference that its noise exceeds says nothing, so that the number would mislead. */
  private static Map<String, String> texts(Map<?, ?> values) {
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach(
        (key, value) -> {
          if (!key.toString().endsWith(NOISE)) {
            boolean noise =
                value instanceof Double number
                    && values.get(key + NOISE) instanceof Double half
                    && !(Math.abs(number) > half);
            texts.put(key.toString(), noise ? "within noise" : text(value));
          }
        });
    return texts;
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
      return texts(map).entrySet().stream()
          .map(entry -> label(entry.getKey()) + " " + entry.getValue())
          .collect(Collectors.joining(", "));
    }
    if (value instanceof List<?> list) {
      return list.stream().map(FigureText::text).collect(Collectors.joining(", "));
    }
    return value == null ? "-" : value.toString();
  }
}
