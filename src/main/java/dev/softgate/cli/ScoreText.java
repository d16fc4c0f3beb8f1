package dev.softgate.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.softgate.interop.ReportJson;
import dev.softgate.study.ScoreReport;
import dev.softgate.study.Suspect;
import dev.softgate.study.SuspectsTable;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** The text output of {@code score}. */
final class ScoreText {

  private ScoreText() {}

  /**
   * Prints the first suspects, and the few figures that are needed first.
   *
   * @param top the number of suspects to print
   * @param columns the width of the terminal in characters
   */
  static void print(ScoreReport report, int top, int columns, PrintWriter out) {
    ScoreReport.Labels labels = report.labels();
    if (labels != null) {
      List<Suspect> suspects = SuspectsTable.read(labels.suspects());
      SuspectsText.print(suspects.subList(0, Math.min(top, suspects.size())), columns, out);
      if (top > 0 && !suspects.isEmpty()) {
        out.println();
      }
      figures(labels, suspects.size()).print(out);
    }
    ObjectNode others = ReportJson.tree(report);
    others.retain(List.of("human", "rewind"));
    if (!others.isEmpty()) {
      out.println();
      FigureText.print(withHuman(report, others), out);
    }
  }

  private static LabeledLines figures(ScoreReport.Labels labels, int listed) {
    Double rate = labels.noiseRateEstimate();
    Integer wrong = labels.wrongLabels();
    LabeledLines lines =
        new LabeledLines()
            .add(
                "suspects",
                text("%s, the worst %,d of %,d images", labels.suspects(), listed, labels.images()))
            .add(
                "flagged",
                labels.flagged() == null
                    ? "none: too weak to tell; look at the suspects from the top"
                    : text("%,d labels seem wrong", labels.flagged()))
            .add(
                "estimate",
                rate == null
                    ? "-"
                    : text("%.1f%%%s of the labels are wrong", 100 * rate, bound(labels)));
    if (wrong != null) {
      lines.add("known", text("%,d labels are wrong by the column clean of the label file", wrong));
    }
    return lines;
  }

  /** What people confuse as networks do is between the two estimates (decision 0053). */
  private static String bound(ScoreReport.Labels labels) {
    Double most = labels.noiseRateAtMost();
    return most == null ? "" : text(" to %.1f%%", 100 * most);
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Prints all figures but long lists, and the correlations with people as a table. */
  static void printDetails(ScoreReport report, PrintWriter out) {
    ObjectNode text = ReportJson.tree(report);
    text.remove(List.of("classes", "given_by_suggested", "by_epoch"));
    FigureText.print(withHuman(report, text), out);
  }

  /** Replaces the agreement with people by a line and a table. */
  private static ObjectNode withHuman(ScoreReport report, ObjectNode text) {
    ScoreReport.Human people = report.human();
    if (people != null) {
      JsonNode rewind = text.remove("rewind"); // the last table
      text.put(
          "human",
          text("%s, of %,d images in %s", people.measure(), people.images(), people.file()));
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
    return text;
  }
}
