package dev.softgate.report;

import dev.softgate.chart.Chart;
import dev.softgate.interop.CsvTable;
import dev.softgate.study.SkipCurve;
import java.util.List;
import java.util.stream.IntStream;

/** The trade-off between accuracy and compute, from {@code skip-curve.csv}. */
final class ComputeSection {

  private ComputeSection() {}

  static Section of(List<ReportedRun> runs) {
    Chart chart = SkipCurve.emptyChart("Accuracy by saved compute");
    for (ReportedRun run : runs) {
      CsvTable table = run.skipCurve();
      if (table != null) {
        String name = runs.size() == 1 ? "" : run.name() + ", ";
        add(chart, table, "hard", name + "hard: o2 where it passes", Chart.Mark.LINE, run.color());
        add(
            chart,
            table,
            "soft",
            name + "soft: the mix where it passes",
            Chart.Mark.DASHED,
            runs.size() == 1 ? run.color() + 1 : run.color());
      }
    }
    return Section.of(
        "compute",
        "Accuracy against compute",
        SectionElement.Charts.ofShowing(List.of(chart)),
        chart.isEmpty()
            ? null
            : new SectionElement.Note(
                "Each point shows thresholds chosen by skip --curve and the accuracy on the"
                    + " reported images. Multiply-accumulates are those of convolutions and linear"
                    + " layers."));
  }

  private static void add(
      Chart chart, CsvTable table, String blend, String name, Chart.Mark mark, int color) {
    List<String> blends = table.texts("blend");
    int[] own =
        IntStream.range(0, blends.size()).filter(i -> blends.get(i).equals(blend)).toArray();
    double[] saved = table.finiteNumbers("macs_saved");
    double[] accuracy = table.finiteNumbers("accuracy");
    chart.add(
        name,
        mark,
        color,
        IntStream.of(own).mapToDouble(i -> saved[i]).toArray(),
        IntStream.of(own).mapToDouble(i -> accuracy[i]).toArray());
  }
}
