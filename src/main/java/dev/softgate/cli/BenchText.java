package dev.softgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.softgate.benchmark.BenchReport;
import dev.softgate.interop.ReportJson;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** The text output of {@code bench}: a line for each figure, with parts below their total. */
final class BenchText {

  private BenchText() {}

  static void print(BenchReport report, PrintWriter out) {
    print("", ReportJson.tree(report), out);
    out.flush();
  }

  private static void print(String indent, ObjectNode figures, PrintWriter out) {
    figures
        .properties()
        .forEach(
            figure -> print(indent, figure.getKey().replace('_', ' '), figure.getValue(), out));
  }

  private static void print(String indent, String name, JsonNode value, PrintWriter out) {
    if (value instanceof ObjectNode inner) {
      out.println(indent + name);
      print(indent + "  ", inner, out);
    } else if (value.path(0).isObject()) {
      value.forEach(row -> print(indent, name, row, out));
    } else {
      out.printf("%-38s %s%n", indent + name, text(value));
    }
  }

  private static String text(JsonNode value) {
    if (value.isArray()) {
      return StreamSupport.stream(value.spliterator(), false)
          .map(BenchText::text)
          .collect(Collectors.joining(", ", "[", "]"));
    }
    if (!value.isDouble()) {
      return value.asText();
    }
    double number = value.doubleValue();
    return String.format(Locale.ROOT, Math.abs(number) < 10 ? "%.2f" : "%.1f", number);
  }
}
