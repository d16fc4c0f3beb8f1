package dev.softgate.cli;

import dev.softgate.interop.ReportJson;
import java.io.PrintWriter;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints for {@code --json}: one object on one line. */
final class JsonOutput {

  /** Prints a report. */
  static void print(Record report, PrintWriter out) {
    out.println(ReportJson.line(report));
    out.flush();
  }

  /** Prints an object of texts, numbers, nulls, lists and maps, in the map's order. */
  static void print(Map<String, ? extends @Nullable Object> object, PrintWriter out) {
    out.println(ReportJson.line(object));
    out.flush();
  }

  private JsonOutput() {}
}
