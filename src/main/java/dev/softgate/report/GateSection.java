package dev.softgate.report;

import dev.softgate.chart.Axis;
import dev.softgate.chart.Chart;
import dev.softgate.interop.CsvTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The gates of the final network on the test images, from {@code gates-test.csv}. */
final class GateSection {

  private static final int BINS = 25;
  private static final int PARTS = 10;

  private GateSection() {}

  /** For each test image, the mean of g over the gates, and whether the prediction was right. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Gates(ReportedRun run, double[] g, boolean[] correct) {

    static @Nullable Gates of(ReportedRun run) {
      CsvTable table = run.gates();
      if (table == null || table.rows() == 0) {
        return null;
      }
      double[] g = table.numbers("g");
      if (Arrays.stream(g).allMatch(Double::isNaN)) {
        return null; // a plain network
      }
      List<String> correct = table.texts("correct");
      boolean[] flags = new boolean[g.length];
      for (int i = 0; i < g.length; i++) {
        if (!Double.isFinite(g[i])) {
          throw table.problem(i, "g", "a number is expected");
        }
        if (!correct.get(i).equals("0") && !correct.get(i).equals("1")) {
          throw table.problem(i, "correct", "0 or 1 is expected");
        }
        flags[i] = correct.get(i).equals("1");
      }
      return new Gates(run, g, flags);
    }

    double[] where(boolean right) {
      return IntStream.range(0, g.length)
          .filter(i -> correct[i] == right)
          .mapToDouble(i -> g[i])
          .toArray();
    }

    /** The accuracy of each tenth of the images by g, ascending; NaN if it is empty. */
    double[] accuracyByPart() {
      int[] order =
          IntStream.range(0, g.length)
              .boxed()
              .sorted(Comparator.comparingDouble(i -> g[i]))
              .mapToInt(Integer::intValue)
              .toArray();
      double[] accuracy = new double[PARTS];
      for (int part = 0; part < PARTS; part++) {
        accuracy[part] =
            IntStream.range(
                    (int) ((long) order.length * part / PARTS),
                    (int) ((long) order.length * (part + 1) / PARTS))
                .mapToDouble(place -> correct[order[place]] ? 1 : 0)
                .average()
                .orElse(Double.NaN);
      }
      return accuracy;
    }
  }

  static Section of(List<ReportedRun> runs) {
    List<Gates> gates = new ArrayList<>();
    for (ReportedRun run : runs) {
      Gates of = Gates.of(run);
      if (of != null) {
        gates.add(of);
      }
    }
    if (gates.isEmpty()) {
      return Section.of("gates", "Gates");
    }
    boolean single = runs.size() == 1;
    return Section.of(
        "gates",
        "Gates on the test images",
        SectionElement.Charts.of(histogram(gates, single), accuracyByPart(gates, single)),
        new SectionElement.Note(
            "g is the weight of the additional layers: near 0 an image is easy for the gate,"
                + " near 1 it is hard. With several gates, g is their mean."));
  }

  private static Chart histogram(List<Gates> gates, boolean single) {
    double greatest =
        gates.stream().flatMapToDouble(one -> Arrays.stream(one.g)).max().orElseThrow();
    HistogramBins bins = new HistogramBins(BINS, Math.max(1, greatest));
    Chart chart =
        new Chart(
            "g of the test images",
            Axis.number("g").from(0, bins.end()),
            Axis.percent(single ? "share of a group's images" : "share of the images")
                .from(0, Double.NaN));
    for (Gates one : gates) {
      if (single) {
        bins.add(chart, "correct", 0, one.where(true));
        bins.add(chart, "misclassified", 1, one.where(false));
      } else {
        bins.add(chart, one.run.name(), one.run.color(), one.g);
      }
    }
    return chart;
  }

  private static Chart accuracyByPart(List<Gates> gates, boolean single) {
    Chart chart =
        new Chart(
            "Accuracy by g",
            Axis.number("tenth of the test images, by ascending g"),
            Axis.percent("accuracy"));
    double[] parts = IntStream.rangeClosed(1, PARTS).asDoubleStream().toArray();
    for (Gates one : gates) {
      double accuracy = (double) one.where(true).length / one.g.length;
      chart.add(one.run.name(), Chart.Mark.LINE, one.run.color(), parts, one.accuracyByPart());
      if (single) {
        chart.add(
            "all images",
            Chart.Mark.REFERENCE,
            0,
            new double[] {1, PARTS},
            new double[] {accuracy, accuracy});
      }
    }
    return chart;
  }
}
