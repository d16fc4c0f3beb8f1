package dev.softgate.report;

import dev.softgate.chart.Axis;
import dev.softgate.chart.Chart;
import dev.softgate.scoring.statistics.GroupSummary;
import dev.softgate.training.TrainingDynamics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** How g of the train images, of right and wrong labels if known, developed during training. */
final class DynamicsSection {

  private static final int BINS = 20;
  private static final int COLUMNS = 60;
  private static final int RIGHT = 0;
  private static final int WRONG = 1;
  private static final List<String> GROUPS = List.of("right labels", "wrong labels");

  private final TrainingDynamics dynamics;
  private final double[] epochs;

  /** {@link #RIGHT} or {@link #WRONG} for each image; null if unknown. */
  private final int @Nullable [] groups;

  private DynamicsSection(TrainingDynamics dynamics) {
    this.dynamics = dynamics;
    this.epochs = IntStream.rangeClosed(1, dynamics.epochs()).asDoubleStream().toArray();
    int[] given = dynamics.given();
    int[] clean = dynamics.clean();
    this.groups =
        clean == null
            ? null
            : IntStream.range(0, given.length)
                .map(i -> given[i] == clean[i] ? RIGHT : WRONG)
                .toArray();
  }

  static Section of(List<ReportedRun> runs) {
    return new Section(
        "dynamics",
        "Train images through training",
        Section.byRun(runs, run -> of(run.dynamics())));
  }

  private static List<SectionElement> of(@Nullable TrainingDynamics dynamics) {
    SectionElement charts =
        dynamics == null
            ? null
            : SectionElement.Charts.ofShowing(new DynamicsSection(dynamics).charts());
    return dynamics == null || charts == null
        ? List.of()
        : List.of(
            charts,
            new SectionElement.Note(
                (dynamics.plain()
                        ? "Measured on the train images without augmentation, after each epoch."
                        : "Measured on the train images as augmented in training.")
                    + " The darker a cell, the more images. With several gates, g is their mean."));
  }

  private List<Chart> charts() {
    List<Chart> charts = new ArrayList<>();
    float[][] g = g();
    if (g.length > 0) {
      charts.add(histograms(g));
    }
    int[] known = groups;
    if (known != null) {
      if (g.length > 0) {
        charts.add(byGroup(g, known));
      }
      charts.add(fitted(known));
    }
    return charts;
  }

  /** The mean of g over the gates, epochs × N; no epochs if there are no gates. */
  private float[][] g() {
    List<float[][]> gates =
        dynamics.quantities().stream()
            .filter(name -> name.startsWith("g_"))
            .map(dynamics::values)
            .toList();
    if (gates.isEmpty()) {
      return new float[0][];
    }
    float[][] mean = gates.get(0);
    for (int epoch = 0; epoch < mean.length; epoch++) {
      for (int i = 0; i < mean[epoch].length; i++) {
        double sum = 0;
        for (float[][] gate : gates) {
          sum += gate[epoch][i];
        }
        mean[epoch][i] = (float) (sum / gates.size());
      }
    }
    return mean;
  }

  /** A column of cells per epoch; a long training shows every stride-th, from the last. */
  private static Chart histograms(float[][] g) {
    int stride = Math.max(1, (g.length + COLUMNS - 1) / COLUMNS);
    int[] shown =
        IntStream.range(0, g.length).filter(e -> (g.length - 1 - e) % stride == 0).toArray();
    double top = 1;
    for (int epoch : shown) {
      for (float value : g[epoch]) {
        top = Math.max(top, value);
      }
    }
    double[][] counts = new double[shown.length][BINS];
    double most = 1;
    for (int column = 0; column < shown.length; column++) {
      for (float value : g[shown[column]]) {
        int bin = Math.max(0, Math.min(BINS - 1, (int) (value / top * BINS)));
        most = Math.max(most, ++counts[column][bin]);
      }
    }
    Chart chart =
        new Chart(
            "g of the train images by epoch", Axis.number("epoch"), Axis.number("g").from(0, top));
    for (int column = 0; column < shown.length; column++) {
      double end = shown[column] + 1.5;
      for (int bin = 0; bin < BINS; bin++) {
        if (counts[column][bin] > 0) {
          chart.cell(
              end - stride,
              end,
              top * bin / BINS,
              top * (bin + 1) / BINS,
              counts[column][bin] / most);
        }
      }
    }
    return chart;
  }

  private Chart byGroup(float[][] g, int[] known) {
    List<List<GroupSummary>> byEpoch = byEpoch(g, known);
    Chart chart =
        new Chart("g by group: median, quartiles dashed", Axis.number("epoch"), Axis.number("g"));
    for (int quantile : new int[] {2, 1, 3}) {
      add(
          chart,
          byEpoch,
          quantile == 2 ? "" : quantile == 1 ? ", lower quartile" : ", upper quartile",
          quantile == 2 ? Chart.Mark.LINE : Chart.Mark.DASHED,
          summary -> summary.quantiles().get(quantile),
          RIGHT,
          WRONG);
    }
    return chart;
  }

  private Chart fitted(int[] known) {
    float[][] asTrue = dynamics.asTrue();
    Chart chart =
        new Chart(
            "Train images predicted as labeled"
                + (asTrue == null ? "" : "; as their true class, dashed"),
            Axis.number("epoch"),
            Axis.percent("share of a group").from(0, Double.NaN));
    add(
        chart,
        byEpoch(dynamics.values(TrainingDynamics.CORRECT), known),
        "",
        Chart.Mark.LINE,
        GroupSummary::mean,
        RIGHT,
        WRONG);
    if (asTrue != null) { // for right labels the curves are equal
      add(
          chart,
          byEpoch(asTrue, known),
          ", true label",
          Chart.Mark.DASHED,
          GroupSummary::mean,
          WRONG);
    }
    return chart;
  }

  private static List<List<GroupSummary>> byEpoch(float[][] values, int[] known) {
    return Arrays.stream(values).map(epoch -> GroupSummary.byGroup(epoch, known)).toList();
  }

  private void add(
      Chart chart,
      List<List<GroupSummary>> byEpoch,
      String suffix,
      Chart.Mark mark,
      ToDoubleFunction<GroupSummary> value,
      int... groups) {
    for (int group : groups) {
      double[] values =
          byEpoch.stream()
              .mapToDouble(
                  summaries ->
                      summaries.stream()
                          .filter(summary -> summary.group() == group)
                          .mapToDouble(value)
                          .findFirst()
                          .orElse(Double.NaN))
              .toArray();
      chart.add(GROUPS.get(group) + suffix, mark, group, epochs, values);
    }
  }
}
