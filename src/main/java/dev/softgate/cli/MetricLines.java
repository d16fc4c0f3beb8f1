package dev.softgate.cli;

import dev.softgate.interop.ReportJson;
import java.io.PrintWriter;

/**
 * Prints numbers as lines of {@code name=value}, which Katib's collector of standard output and
 * loops of a shell read. Names are those of the JSON object that {@code --json} prints instead.
 */
final class MetricLines {

  /** Prints each number of a report. */
  static void print(Record report, PrintWriter out) {
    ReportJson.tree(report)
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isNumber()) {
                out.println(entry.getKey() + "=" + entry.getValue().asText());
              }
            });
    out.flush();
  }

  private MetricLines() {}
}
