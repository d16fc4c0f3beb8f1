package dev.softgate.cli;

import dev.softgate.interop.ReportJson;
import java.io.PrintWriter;

/** Prints for {@code --json}: one object on one line. */
final class JsonOutput {

  /** Prints a report. */
  static void print(Record report, PrintWriter out) {
    out.println(ReportJson.line(report));
    out.flush();
  }

  private JsonOutput() {}
}
