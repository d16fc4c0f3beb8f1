package dev.softgate.experiment;

import dev.softgate.evaluation.SkipBlend;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.scoring.SkipCost;
import dev.softgate.scoring.SkipOutcome;
import dev.softgate.scoring.SkipPaths;
import dev.softgate.scoring.SkipSearch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Accuracy against compute: for each blend, thresholds that were chosen on some images, and what
 * they come to on others.
 *
 * @param gateNames in their order
 * @param cost of an image
 * @param wholeAccuracy of the network without skipping
 * @param points of both blends, each from nothing skipped to the cheapest
 */
public record SkipCurve(
    List<String> gateNames, SkipCost cost, double wholeAccuracy, List<Point> points) {

  private static final int STEPS = 40;

  /**
   * A point.
   *
   * @param blend of images that pass
   * @param chosen on the images of the choice
   * @param reported on the others
   */
  public record Point(SkipBlend blend, SkipOutcome chosen, SkipOutcome reported) {}

  /** Copies the lists. */
  public SkipCurve {
    gateNames = List.copyOf(gateNames);
    points = List.copyOf(points);
  }

  /**
   * Works the curve out.
   *
   * @param choice images to choose thresholds on
   * @param report images to report
   * @param wholeAccuracy on the latter
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
    return new SkipCurve(study.network().gateNames(), study.cost(report), wholeAccuracy, points);
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
    AtomicFiles.writeString(file, new Chart().svg());
  }

  /** The chart as SVG: the same points give the same text. */
  String svg() {
    return new Chart().svg();
  }

  /** Accuracy over the share of multiply-accumulates saved, both in percent. */
  private final class Chart {
    private static final int WIDTH = 720;
    private static final int HEIGHT = 420;
    private static final int LEFT = 64;
    private static final int RIGHT = 24;
    private static final int TOP = 48;
    private static final int BOTTOM = 56;
    private static final int TICKS = 5;

    private final double mostSaved;
    private final double low;
    private final double high;

    Chart() {
      double most = 0.01;
      double least = wholeAccuracy;
      double greatest = wholeAccuracy;
      for (Point point : points) {
        most = Math.max(most, cost.saved(point.reported().skipRates()));
        least = Math.min(least, point.reported().accuracy());
        greatest = Math.max(greatest, point.reported().accuracy());
      }
      double margin = Math.max(0.005, 0.05 * (greatest - least));
      this.mostSaved = most;
      this.low = Math.max(0, least - margin);
      this.high = Math.min(1, greatest + margin);
    }

    private double x(double saved) {
      return LEFT + saved / mostSaved * (WIDTH - LEFT - RIGHT);
    }

    private double y(double accuracy) {
      return HEIGHT - BOTTOM - (accuracy - low) / (high - low) * (HEIGHT - TOP - BOTTOM);
    }

    String svg() {
      StringBuilder svg = new StringBuilder();
      add(
          svg,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\""
              + " font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">",
          WIDTH,
          HEIGHT);
      add(svg, "<title>Accuracy against compute</title>");
      add(svg, "<rect width=\"%d\" height=\"%d\" fill=\"#fff\"/>", WIDTH, HEIGHT);
      for (int i = 0; i <= TICKS; i++) {
        double accuracy = low + (high - low) * i / TICKS;
        double saved = mostSaved * i / TICKS;
        add(svg, "<path d=\"M%d %.1fH%d\" stroke=\"#ddd\"/>", LEFT, y(accuracy), WIDTH - RIGHT);
        add(
            svg,
            "<text x=\"%d\" y=\"%.1f\" text-anchor=\"end\">%.1f%%</text>",
            LEFT - 8,
            y(accuracy) + 4,
            100 * accuracy);
        add(
            svg,
            "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%.0f%%</text>",
            x(saved),
            HEIGHT - BOTTOM + 20,
            100 * saved);
      }
      add(
          svg,
          "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">multiply-accumulates saved, gates"
              + " counted</text>",
          (LEFT + WIDTH - RIGHT) / 2,
          HEIGHT - 12);
      add(svg, "<text x=\"%d\" y=\"20\">accuracy</text>", LEFT - 48);
      add(
          svg,
          "<path d=\"M%d %.1fH%d\" stroke=\"#777\" stroke-dasharray=\"6 4\"/>",
          LEFT,
          y(wholeAccuracy),
          WIDTH - RIGHT);
      legend(svg, 0, "#777", "without skipping");
      line(svg, SkipBlend.HARD, "#1f5fa8");
      legend(svg, 1, "#1f5fa8", "hard: o2 where it passes");
      line(svg, SkipBlend.SOFT, "#c05a00");
      legend(svg, 2, "#c05a00", "soft: the mix where it passes");
      return svg.append("</svg>\n").toString();
    }

    private void line(StringBuilder svg, SkipBlend blend, String color) {
      List<SkipOutcome> own =
          points.stream().filter(point -> point.blend() == blend).map(Point::reported).toList();
      String path =
          own.stream()
              .map(
                  outcome ->
                      String.format(
                          Locale.ROOT,
                          "%.1f,%.1f",
                          x(cost.saved(outcome.skipRates())),
                          y(outcome.accuracy())))
              .collect(Collectors.joining(" "));
      add(
          svg,
          "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>",
          path,
          color);
    }

    private void legend(StringBuilder svg, int place, String color, String text) {
      int x = LEFT + 40 + place * 210;
      add(svg, "<path d=\"M%d 30h24\" stroke=\"%s\" stroke-width=\"2\"/>", x, color);
      add(svg, "<text x=\"%d\" y=\"34\">%s</text>", x + 30, text);
    }

    private static void add(StringBuilder svg, String format, Object... values) {
      svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
  }
}
