package dev.softgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.softgate.interop.ReportJson;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The text form of {@code --json}: a line for each figure, tables for lists. */
final class FigureText {

  private static final String NOISE = "_noise";

  private FigureText() {}

  /** Prints a report by its JSON keys, with underscores as blanks; tables come last. */
  static void print(Object report, PrintWriter writer) {
    ObjectNode values = ReportJson.tree(report);
    LabeledLines lines = new LabeledLines();
    texts(values)
        .forEach(
            (key, text) -> {
              if (!isTable(values.path(key))) {
                lines.add(label(key), text);
              }
            });
    lines.print(writer);
    for (JsonNode value : values) {
      if (isTable(value)) {
        table(value, writer);
      }
    }
  }

  private static boolean isTable(JsonNode value) {
    return value.isArray() && value.path(0).isObject();
  }

  private static void table(JsonNode rows, PrintWriter writer) {
    TextTable table =
        new TextTable(
            texts(rows.path(0)).keySet().stream().map(FigureText::label).toArray(String[]::new));
    for (JsonNode row : rows) {
      table.row(texts(row).values().toArray(String[]::new));
    }
    writer.println();
    table.print(writer);
  }

  /** A difference that is smaller than its noise is not printed, because it would mislead. */
  private static Map<String, String> texts(JsonNode values) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : values.properties()) {
      String key = field.getKey();
      JsonNode value = field.getValue();
      JsonNode noise = values.path(key + NOISE);
      if (!key.endsWith(NOISE)) {
        boolean hidden =
            value.isDouble()
                && noise.isDouble()
                && !(Math.abs(value.doubleValue()) > noise.doubleValue());
        texts.put(key, hidden ? "within noise" : text(value));
      }
    }
    return texts;
  }

  private static String label(String key) {
    return key.replace('_', ' ');
  }

  private static String text(JsonNode value) {
    if (value.isNull() || (value.isContainerNode() && value.isEmpty())) {
      return "-";
    }
    if (value.isDouble()) {
      double number = value.doubleValue();
      return String.format(Locale.ROOT, number >= 1000 ? "%,.0f" : "%.4f", number);
    }
    if (value.isObject()) {
      return texts(value).entrySet().stream()
          .map(entry -> label(entry.getKey()) + " " + entry.getValue())
          .collect(Collectors.joining(", "));
    }
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(FigureText::text)
          .collect(Collectors.joining(", "));
    }
    return value.asText();
  }
}
