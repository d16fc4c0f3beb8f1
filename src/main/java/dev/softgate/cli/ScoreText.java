package dev.softgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.softgate.interop.ReportJson;
import dev.softgate.study.ScoreReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The text output of {@code score}. */
final class ScoreText {

  private ScoreText() {}

  /** Prints the report without its long lists, and the correlations with people as a table. */
  static void print(ScoreReport report, PrintWriter out) {
    ObjectNode text = ReportJson.tree(report);
    text.remove(List.of("classes", "given_by_suggested", "by_epoch"));
    ScoreReport.Human people = report.human();
    if (people != null) {
      JsonNode rewind = text.remove("rewind"); // the last table
      text.put(
          "human",
          String.format(
              Locale.ROOT,
              "%s, of %,d images in %s",
              people.measure(),
              people.images(),
              people.file()));
      ArrayNode rows = text.putArray("human_correlations");
      people
          .correlations()
          .forEach(
              (quantity, correlation) -> {
                ObjectNode row = rows.addObject().put("hardness", quantity);
                row.setAll(ReportJson.tree(correlation));
              });
      if (rewind != null) {
        text.set("rewind", rewind);
      }
    }
    FigureText.print(text, out);
  }
}
