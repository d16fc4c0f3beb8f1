package dev.softgate.report;

import dev.softgate.chart.Axis;
import dev.softgate.chart.Chart;
import java.util.List;
import java.util.stream.IntStream;

/** What the images lose with their memory off: the score {@code memorization}. */
final class MemorySection {

  private static final int BINS = 25;

  private MemorySection() {}

  static Section of(List<ReportedRun> runs) {
    List<Block> blocks = Section.byRun(runs, MemorySection::of);
    if (!blocks.isEmpty()) {
      blocks.add(
          new Block.Note(
              "Near 1 the network gives an image its label as surely without the channels that the"
                  + " image owns; near 0 it knows the label from these alone."));
    }
    return new Section("memory", "What the memory holds", blocks);
  }

  private static List<Block> of(ReportedRun run) {
    LabelTable table = run.scores();
    LabelTable.Score score = table == null ? null : table.memorization();
    return table == null || score == null
        ? List.of()
        : List.of(Block.Charts.of(histogram(table, score.values())));
  }

  private static Chart histogram(LabelTable table, double[] values) {
    Chart chart =
        new Chart(
            "Train images by memorization",
            Axis.number("memorization").from(0, 1),
            Axis.percent("share of the images of a group").from(0, Double.NaN));
    Histogram bins = new Histogram(BINS, 1);
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
