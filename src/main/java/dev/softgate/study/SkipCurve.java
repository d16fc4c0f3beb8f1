package dev.softgate.study;

import dev.softgate.chart.Axis;
import dev.softgate.chart.Chart;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.scoring.SkipCost;
import dev.softgate.scoring.SkipOutcome;
import dev.softgate.scoring.SkipPaths;
import dev.softgate.scoring.SkipSearch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The trade-off between accuracy and compute: for each blend, thresholds chosen on some images, and
 * their outcomes on others.
 *
 * @param gateNames the gates' names, in order
 * @param cost the cost per image
 * @param wholeAccuracy the accuracy of the network without skipping
 * @param points the points of both blends, each from nothing skipped to the cheapest
 */
public record SkipCurve(
    List<String> gateNames, SkipCost cost, double wholeAccuracy, List<Point> points) {

  private static final int STEPS = 40;

  /**
   * A point.
   *
   * @param blend the blend of images that pass
   * @param chosen the outcome on the images of the choice
   * @param reported the outcome on the other images
   */
  public record Point(SkipBlend blend, SkipOutcome chosen, SkipOutcome reported) {}

  /** Copies the lists. */
  public SkipCurve {
    gateNames = List.copyOf(gateNames);
    points = List.copyOf(points);
  }

  /**
   * Computes the curve.
   *
   * @param choice images to choose thresholds on
   * @param report images to report
   * @param wholeAccuracy the accuracy on the reported images without skipping
   */
  public static SkipCurve of(
      SkipStudy study, EvaluationImages choice, EvaluationImages report, double wholeAccuracy) {
    List<Point> points = new ArrayList<>();
    for (SkipBlend blend : SkipBlend.values()) {
      SkipSearch search = study.search(study.paths(choice, blend), choice);
      SkipPaths reported = study.paths(report, blend);
      for (SkipOutcome chosen : search.frontier(STEPS)) {
        double[] thresholds =
            chosen.thresholds().stream().mapToDouble(Double::doubleValue).toArray();
        points.add(new Point(blend, chosen, reported.at(thresholds)));
      }
    }
    return new SkipCurve(
        study.network().network().gateNames(), study.cost(report), wholeAccuracy, points);
  }

  /** The points as a table, a row each, with a header. */
  public String csv() {
    StringBuilder text = new StringBuilder("blend");
    gateNames.forEach(name -> text.append(",threshold_").append(name));
    gateNames.forEach(name -> text.append(",skip_rate_").append(name));
    text.append(",macs,macs_saved,accuracy,choice_accuracy\n");
    for (Point point : points) {
      SkipOutcome reported = point.reported();
      text.append(point.blend().text());
      reported.thresholds().forEach(value -> text.append(',').append(value));
      reported.skipRates().forEach(value -> text.append(',').append(value));
      text.append(',').append(Math.round(cost.macs(reported.skipRates())));
      text.append(',').append(cost.saved(reported.skipRates()));
      text.append(',').append(reported.accuracy());
      text.append(',').append(point.chosen().accuracy()).append('\n');
    }
    return text.toString();
  }

  /** Writes the table. */
  public void writeCsv(Path file) {
    AtomicFiles.writeString(file, csv());
  }

  /** Writes the chart. */
  public void writeSvg(Path file) {
    AtomicFiles.writeString(file, chart().document());
  }

  /** The chart as SVG; the same points give the same text. */
  String svg() {
    return chart().document();
  }

  private Chart chart() {
    double mostSaved =
        points.stream()
            .mapToDouble(point -> cost.saved(point.reported().skipRates()))
            .max()
            .orElse(0);
    Chart chart =
        emptyChart("Accuracy against compute")
            .add(
                "without skipping",
                Chart.Mark.REFERENCE,
                0,
                new double[] {0, mostSaved},
                new double[] {wholeAccuracy, wholeAccuracy});
    add(chart, SkipBlend.HARD, "hard: o2 where it passes", 0);
    add(chart, SkipBlend.SOFT, "soft: the mix where it passes", 1);
    return chart;
  }

  private void add(Chart chart, SkipBlend blend, String name, int color) {
    List<SkipOutcome> own =
        points.stream().filter(point -> point.blend() == blend).map(Point::reported).toList();
    chart.add(
        name,
        Chart.Mark.LINE,
        color,
        own.stream().mapToDouble(outcome -> cost.saved(outcome.skipRates())).toArray(),
        own.stream().mapToDouble(SkipOutcome::accuracy).toArray());
  }

  /** An empty chart with the axes of such a curve. */
  public static Chart emptyChart(String title) {
    return new Chart(
        title,
        Axis.percent("multiply-accumulates saved, gates counted").from(0, Double.NaN),
        Axis.percent("accuracy"));
  }
}
