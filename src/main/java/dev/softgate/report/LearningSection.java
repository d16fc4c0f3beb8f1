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

/** How accuracy, loss, learning rate and, of hard gates, skip rates went: {@code metrics.csv}. */
final class LearningSection {

  private static final List<Curve> PARTS =
      List.of(
          new Curve("train", "train"), new Curve("validation", "val"), new Curve("test", "test"));
  private static final List<Curve> SKIP_RATES =
      List.of(
          new Curve("train images", "train_skip_rate"),
          new Curve("validation images", "val_skip_rate"));

  private final List<ReportedRun> runs;

  /** Those that differ. */
  private final Set<Map<Double, String>> schedules = new HashSet<>();

  private LearningSection(List<ReportedRun> runs) {
    this.runs = runs;
    for (ReportedRun run : runs) {
      if (run.metrics() != null) {
        schedules.add(schedule(run.metrics()));
      }
    }
  }

  /** What a line is called, and the column of its values, or the column's beginning. */
  private record Curve(String name, String column) {}

  static List<Section> of(List<ReportedRun> all) {
    LearningSection section =
        new LearningSection(all.stream().filter(run -> run.metrics() != null).toList());
    if (section.runs.isEmpty()) {
      return List.of();
    }
    return List.of(
        Section.of(
            "learning",
            "Learning curves",
            Block.Charts.ofShowing(section.learning()),
            new Block.Note(
                "Train is measured while training, on augmented images and in training mode;"
                    + " validation and test after the epoch. Epochs count from 1."
                    + (section.schedules.size() > 1
                        ? " The learning rates change at different epochs, see the configuration."
                        : ""))),
        Section.of(
            "skipping", "Skipping while training", Block.Charts.ofShowing(section.skipping())));
  }

  private List<Chart> learning() {
    List<Chart> charts = new ArrayList<>();
    charts.addAll(charts("Accuracy", Axis.percent("accuracy"), suffixed(PARTS, "_accuracy")));
    charts.addAll(charts("Loss", Axis.number("cross-entropy, nats"), suffixed(PARTS, "_loss")));
    charts.addAll(
        charts(
            "Loss of the gates", Axis.number("nats, or penalty"), suffixed(PARTS, "_gate_loss")));
    charts.addAll(
        charts("Mean g", Axis.number("mean g").from(0, 1), suffixed(PARTS, "_mean_gate")));
    return charts;
  }

  private List<Chart> skipping() {
    List<Chart> charts = new ArrayList<>();
    charts.addAll(
        charts("Skip rate", Axis.percent("images that skip, mean over gates"), SKIP_RATES));
    charts.addAll(
        charts(
            "Validation accuracy",
            Axis.percent("accuracy"),
            List.of(
                new Curve("nothing skipped", "val_accuracy"),
                new Curve("skipping", "val_skip_accuracy"))));
    return runs.stream().anyMatch(run -> has(run, "train_skip_rate")) ? charts : List.of();
  }

  private static boolean has(ReportedRun run, String column) {
    CsvTable metrics = run.metrics();
    return metrics != null
        && metrics.has(column)
        && Arrays.stream(metrics.numbers(column)).anyMatch(Double::isFinite);
  }

  private static List<Curve> suffixed(List<Curve> curves, String suffix) {
    return curves.stream().map(curve -> new Curve(curve.name, curve.column + suffix)).toList();
  }

  /** One chart of all curves of one run; of several runs a chart a curve. */
  private List<Chart> charts(String title, Axis y, List<Curve> curves) {
    if (runs.size() == 1) {
      Chart chart = chart(title, y);
      for (int i = 0; i < curves.size(); i++) {
        add(chart, runs.get(0), curves.get(i), curves.get(i).name, i);
      }
      return List.of(chart);
    }
    List<Chart> charts = new ArrayList<>();
    for (Curve curve : curves) {
      Chart chart = chart(title + ", " + curve.name, y);
      runs.forEach(run -> add(chart, run, curve, run.name(), run.color()));
      charts.add(chart);
    }
    return charts;
  }

  private static void add(Chart chart, ReportedRun run, Curve curve, String name, int color) {
    CsvTable metrics = run.metrics();
    if (metrics != null && metrics.has(curve.column)) {
      double[] values = metrics.numbers(curve.column);
      chart.add(name, Chart.Mark.LINE, color, epochs(metrics), values);
    }
  }

  private static double[] epochs(CsvTable metrics) {
    return Arrays.stream(metrics.numbers("epoch")).map(epoch -> epoch + 1).toArray();
  }

  private Chart chart(String title, Axis y) {
    Chart chart = new Chart(title, Axis.number("epoch"), y);
    if (schedules.size() == 1) {
      schedules.iterator().next().forEach((epoch, rate) -> chart.milestone(epoch, "lr " + rate));
    }
    return chart;
  }

  /** The epochs at which the learning rate changed, and to what. */
  private static Map<Double, String> schedule(CsvTable metrics) {
    Map<Double, String> changes = new TreeMap<>();
    double[] rates = metrics.numbers("learning_rate");
    double[] epochs = epochs(metrics);
    for (int i = 1; i < rates.length; i++) {
      if (rates[i] != rates[i - 1]) {
        changes.put(epochs[i], Axis.shortest(rates[i]));
      }
    }
    return changes;
  }
}
