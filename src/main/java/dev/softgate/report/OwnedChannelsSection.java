package dev.softgate.report;

import dev.softgate.chart.Axis;
import dev.softgate.chart.Chart;
import dev.softgate.run.Summary;
import dev.softgate.study.LabelSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What a network's owned channels hold, and what removing them costs single images. */
final class OwnedChannelsSection {

  private static final int BINS = 25;

  private OwnedChannelsSection() {}

  static Section of(List<ReportedRun> runs) {
    List<SectionElement> blocks = Section.byRun(runs, OwnedChannelsSection::of);
    if (!blocks.isEmpty()) {
      blocks.add(
          new SectionElement.Note(
              "Near 1, the network predicts an image's label as surely without the channels that"
                  + " the image owns; near 0, it needs these channels."));
    }
    return new Section("memory", "What the owned channels hold", blocks);
  }

  private static List<SectionElement> of(ReportedRun run) {
    LabelTable table = run.scores();
    LabelTable.Score score = table == null ? null : table.memorization();
    if (table == null || score == null) {
      return List.of();
    }
    List<SectionElement> blocks = new ArrayList<>();
    LabelSummary labels = run.labels();
    if (labels != null && labels.memory() != null) {
      blocks.add(trade(labels.memory(), run.summary()));
    }
    blocks.add(SectionElement.Charts.of(histogram(table, score.values())));
    return blocks;
  }

  /** What the network predicts with owned channels on and off. */
  private static SectionElement trade(
      Map<String, @Nullable Double> figures, @Nullable Summary summary) {
    boolean known = figures.containsKey("wrong_fitted_on");
    List<String> header =
        new ArrayList<>(List.of("owned channels", "test accuracy", "train images as labeled"));
    if (known) {
      header.addAll(List.of("wrong labels fitted", "wrong labels corrected"));
    }
    List<SectionElement.Row> rows = new ArrayList<>();
    for (String state : List.of("on", "off")) {
      List<String> cells = new ArrayList<>();
      cells.add(state);
      cells.add(
          Figures.percent(
              state.equals("on") || summary == null ? null : summary.results().testAccuracy()));
      cells.add(Figures.percent(figures.get("train_accuracy_" + state)));
      if (known) {
        cells.add(Figures.percent(figures.get("wrong_fitted_" + state)));
        cells.add(Figures.percent(figures.get("wrong_corrected_" + state)));
      }
      rows.add(new SectionElement.Row(cells, false));
    }
    return new SectionElement.Table(header, rows, true);
  }

  private static Chart histogram(LabelTable table, double[] values) {
    Chart chart =
        new Chart(
            "Train images by memorization",
            Axis.number("memorization").from(0, 1),
            Axis.percent("share of a group's images").from(0, Double.NaN));
    HistogramBins bins = new HistogramBins(BINS, 1);
    if (table.clean() == null) {
      bins.add(chart, "train images", 0, values);
    } else {
      bins.add(chart, "right labels", 0, where(table, values, false));
      bins.add(chart, "wrong labels", 1, where(table, values, true));
    }
    return chart;
  }

  private static double[] where(LabelTable table, double[] values, boolean wrong) {
    return IntStream.range(0, values.length)
        .filter(row -> table.isKnown(row) && table.isWrong(row) == wrong)
        .mapToDouble(row -> values[row])
        .toArray();
  }
}
