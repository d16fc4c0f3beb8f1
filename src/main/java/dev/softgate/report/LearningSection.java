package dev.softgate.report;

import dev.softgate.chart.Axis;
import dev.softgate.chart.Chart;
import dev.softgate.interop.CsvTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** The curves of {@code metrics.csv}: accuracy, loss, learning rate, skip rates of hard gates. */
final class LearningSection {

  private static final List<Curve> PARTS =
      List.of(
          new Curve("train", "train"), new Curve("validation", "val"), new Curve("test", "test"));
  private final List<ReportedRun> runs;
  private final boolean single;

  private final Set<Map<Double, String>> schedules = new HashSet<>();

  private LearningSection(List<ReportedRun> runs, boolean single) {
    this.runs = runs;
    this.single = single;
    for (ReportedRun run : runs) {
      if (run.metrics() != null) {
        schedules.add(schedule(run.metrics()));
      }
    }
  }

  /** The name of a line and the column of its values, or the column's suffix. */
  private record Curve(String name, String column) {}

  /** A measure along an axis; all measures of a group have the same number of curves. */
  private record Measure(String title, Axis axis, List<Curve> curves) {}

  static List<Section> of(List<ReportedRun> all) {
    boolean single = all.size() == 1;
    LearningSection section =
        new LearningSection(all.stream().filter(run -> run.metrics() != null).toList(), single);
    LearningSection skipping =
        new LearningSection(
            all.stream().filter(run -> has(run, "train_skip_rate")).toList(), single);
    SectionElement.Charts learning = SectionElement.Charts.ofShowing(section.learning());
    SectionElement note =
        new SectionElement.Note(
            "Train is measured during training, on augmented images; validation and test are"
                + " measured after the epoch. Epochs count from 1."
                + (section.schedules.size() > 1
                    ? " The learning rates change at different epochs, see the configuration."
                    : ""));
    return List.of(
        Section.of("learning", "Learning curves", learning, learning == null ? null : note),
        Section.of(
            "skipping",
            "Skipping while training",
            SectionElement.Charts.ofShowing(skipping.skipping())));
  }

  private List<Chart> learning() {
    List<Chart> charts =
        new ArrayList<>(
            charts(
                List.of(
                    new Measure("Accuracy", Axis.percent("accuracy"), suffixed("_accuracy")),
                    new Measure("Loss", Axis.number("cross-entropy, nats"), suffixed("_loss")))));
    charts.addAll(
        charts(
            List.of(
                new Measure(
                    "Loss of the gates", Axis.number("nats, or penalty"), suffixed("_gate_loss")),
                new Measure("Mean g", Axis.number("mean g").from(0, 1), suffixed("_mean_gate")))));
    return charts;
  }

  private List<Chart> skipping() {
    return charts(
        List.of(
            new Measure(
                "Skip rate",
                Axis.percent("images that skip, mean over gates"),
                List.of(
                    new Curve("train", "train_skip_rate"),
                    new Curve("validation", "val_skip_rate"))),
            new Measure(
                "Validation accuracy",
                Axis.percent("accuracy"),
                List.of(
                    new Curve("nothing skipped", "val_accuracy"),
                    new Curve("skipping", "val_skip_accuracy")))));
  }

  private static boolean has(ReportedRun run, String column) {
    CsvTable metrics = run.metrics();
    return metrics != null
        && metrics.has(column)
        && Arrays.stream(metrics.numbers(column)).anyMatch(Double::isFinite);
  }

  private static List<Curve> suffixed(String suffix) {
    return PARTS.stream().map(curve -> new Curve(curve.name, curve.column + suffix)).toList();
  }

  /** A chart per measure with all its curves; for several runs, a chart per curve. */
  private List<Chart> charts(List<Measure> measures) {
    List<Chart> charts = new ArrayList<>();
    if (runs.isEmpty()) {
      return charts;
    }
    if (single) {
      for (Measure measure : measures) {
        Chart chart = chart(measure.title, measure.axis);
        for (int i = 0; i < measure.curves.size(); i++) {
          Curve curve = measure.curves.get(i);
          add(chart, runs.get(0), curve, curve.name, i);
        }
        charts.add(chart);
      }
      return charts;
    }
    for (int i = 0; i < measures.get(0).curves.size(); i++) {
      for (Measure measure : measures) { // measures of one curve stand side by side
        Curve curve = measure.curves.get(i);
        Chart chart = chart(measure.title + ", " + curve.name, measure.axis);
        runs.forEach(run -> add(chart, run, curve, run.name(), run.color()));
        charts.add(chart);
      }
    }
    return charts;
  }

  private static void add(Chart chart, ReportedRun run, Curve curve, String name, int color) {
    CsvTable metrics = run.metrics();
    if (metrics != null && metrics.has(curve.column)) {
      double[] values = metrics.numbers(curve.column);
      double[] epochs = epochs(metrics);
      int[] measured =
          IntStream.range(0, values.length).filter(i -> Double.isFinite(values[i])).toArray();
      chart.add( // joined across epochs without a measurement, as with --test-every
          name,
          Chart.Mark.LINE,
          color,
          IntStream.of(measured).mapToDouble(i -> epochs[i]).toArray(),
          IntStream.of(measured).mapToDouble(i -> values[i]).toArray());
    }
  }

  private static double[] epochs(CsvTable metrics) {
    return Arrays.stream(metrics.wholeNumbers("epoch")).mapToDouble(epoch -> epoch + 1.0).toArray();
  }

  private Chart chart(String title, Axis y) {
    Chart chart = new Chart(title, Axis.number("epoch"), y);
    if (schedules.size() == 1) {
      schedules.iterator().next().forEach((epoch, rate) -> chart.milestone(epoch, "lr " + rate));
    }
    return chart;
  }

  /** The epochs at which the learning rate changed, with the new rate. */
  private static Map<Double, String> schedule(CsvTable metrics) {
    Map<Double, String> changes = new TreeMap<>();
    double[] rates = metrics.finiteNumbers("learning_rate");
    double[] epochs = epochs(metrics);
    for (int i = 1; i < rates.length; i++) {
      if (rates[i] != rates[i - 1]) {
        changes.put(epochs[i], Axis.shortest(rates[i]));
      }
    }
    return changes;
  }
}
