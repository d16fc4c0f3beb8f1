package dev.softgate.chart;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * A chart with two axes, title and legend, as SVG text. A value that is not finite leaves a gap.
 *
 * <p>Colors are numbers, so that a thing has one color in all charts of a page. There are {@value
 * ChartStyle#COLORS}, and they repeat.
 */
public final class Chart {

  private static final int WIDTH = 480;
  private static final int PLOT_HEIGHT = 210;
  private static final int RIGHT = 20;
  private static final int BOTTOM = 50;
  private static final int ROW = 18;
  private static final int NOTE_ROW = 14;

  /** The average width of a character at the style's font size. */
  private static final double CHARACTER_WIDTH = 6.6;

  /** The maximum number of points that can be told apart as dots. */
  private static final int MOST_DOTS = 60;

  private static final int LEGEND_CHARACTERS = 44;

  /** How a series is drawn. */
  public enum Mark {
    /** A line through its points. */
    LINE,
    /** A dashed line through its points. */
    DASHED,
    /** A dashed gray line for comparison. */
    REFERENCE,
    /** The outline of a histogram, lightly filled. */
    STEPS
  }

  /** A named set of values. */
  @SuppressWarnings("ArrayRecordComponent")
  private record Series(String name, Mark mark, int color, double[] x, double[] y) {
    String style() {
      return mark == Mark.REFERENCE
          ? "reference"
          : "s" + Math.floorMod(color, ChartStyle.COLORS) + (mark == Mark.DASHED ? " dashed" : "");
    }
  }

  private record Cell(double x0, double x1, double y0, double y1, double share) {}

  private record Milestone(double x, String label) {}

  /** The position of a milestone's text: its left end and its row above the plot. */
  private record Note(Milestone milestone, double start, int row) {}

  private final String title;
  private final Axis x;
  private final Axis y;
  private final List<Series> series = new ArrayList<>();
  private final List<Cell> cells = new ArrayList<>();
  private final List<Milestone> milestones = new ArrayList<>();

  /** An empty chart. */
  public Chart(String title, Axis x, Axis y) {
    this.title = title;
    this.x = x;
    this.y = y;
  }

  /**
   * Adds a series. A series without a finite value is ignored.
   *
   * @param xs the x of the points; for {@link Mark#STEPS} the edges of the bins, ascending, one
   *     more than {@code ys}
   * @param ys the y of the points; for {@link Mark#STEPS} the heights of the bins
   * @return this
   */
  public Chart add(String name, Mark mark, int color, double[] xs, double[] ys) {
    if (xs.length != ys.length + (mark == Mark.STEPS ? 1 : 0)) {
      throw new IllegalArgumentException(
          "%d x values do not match %d y values".formatted(xs.length, ys.length));
    }
    if (Arrays.stream(ys).anyMatch(Double::isFinite)) {
      series.add(new Series(name, mark, color, xs.clone(), ys.clone()));
    }
    return this;
  }

  /**
   * Adds a rectangle of a heat map.
   *
   * @param share the opacity of the color, in [0, 1]
   * @return this
   */
  public Chart cell(double x0, double x1, double y0, double y1, double share) {
    cells.add(new Cell(x0, x1, y0, y1, share));
    return this;
  }

  /** Marks a place on the x axis with a vertical line and a short text; returns this. */
  public Chart milestone(double at, String label) {
    milestones.add(new Milestone(at, label));
    return this;
  }

  /** Whether there is nothing to draw. */
  public boolean isEmpty() {
    return cells.isEmpty() && series.stream().allMatch(one -> one.mark == Mark.REFERENCE);
  }

  /** The chart as an element for a page with {@link ChartStyle#css}. */
  public String svg() {
    return new Drawing().text("");
  }

  /** The chart as a standalone file in the light style. */
  public String document() {
    return new Drawing().text("<style>" + ChartStyle.plain() + "</style>\n") + "\n";
  }

  /** One rendering. */
  private final class Drawing {
    private final StringBuilder svg = new StringBuilder();
    private final Scale horizontal;
    private final Scale vertical;
    private final List<List<Series>> legend;
    private final List<Note> notes;
    private final double left;
    private final double noteTop;
    private final double top;

    Drawing() {
      if (series.isEmpty() && cells.isEmpty()) {
        throw new IllegalStateException("the chart is empty: " + title);
      }
      horizontal = scale(x, false, one -> one.x, cell -> cell.x0, cell -> cell.x1);
      vertical = scale(y, true, one -> one.y, cell -> cell.y0, cell -> cell.y1);
      legend = legendRows();
      left =
          18
              + CHARACTER_WIDTH
                  * vertical.ticks().stream()
                      .mapToInt(tick -> vertical.tick(tick).length())
                      .max()
                      .orElse(1);
      notes = notes();
      noteTop = 42 + ROW * legend.size();
      top = noteTop + 12 + NOTE_ROW * notes.stream().mapToInt(note -> note.row + 1).max().orElse(0);
    }

    private Scale scale(
        Axis axis,
        boolean toTicks,
        java.util.function.Function<Series, double[]> values,
        ToDoubleFunction<Cell> low,
        ToDoubleFunction<Cell> high) {
      double[] all =
          DoubleStream.concat(
                  series.stream().flatMapToDouble(one -> Arrays.stream(values.apply(one))),
                  cells.stream()
                      .flatMapToDouble(
                          cell ->
                              DoubleStream.of(low.applyAsDouble(cell), high.applyAsDouble(cell))))
              .filter(Double::isFinite)
              .toArray();
      return all.length == 0
          ? new Scale(axis, 1, 1, toTicks)
          : new Scale(
              axis,
              Arrays.stream(all).min().orElseThrow(),
              Arrays.stream(all).max().orElseThrow(),
              toTicks);
    }

    private double x(double value) {
      return left + horizontal.position(value) * (WIDTH - RIGHT - left);
    }

    private double y(double value) {
      return top + (1 - vertical.position(value)) * PLOT_HEIGHT;
    }

    String text(String style) {
      double bottom = top + PLOT_HEIGHT;
      add(
          "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" viewBox=\"0 0 %d %.0f\""
              + " role=\"img\" aria-label=\"%s\">",
          WIDTH, bottom + BOTTOM, Markup.escaped(title));
      add("<title>%s</title>", Markup.escaped(title));
      svg.append(style);
      add("<rect class=\"paper\" width=\"%d\" height=\"%.0f\"/>", WIDTH, bottom + BOTTOM);
      add("<text class=\"title\" x=\"4\" y=\"18\">%s</text>", Markup.escaped(title));
      drawLegend();
      cells.forEach(this::draw);
      drawAxes(bottom);
      series.forEach(this::draw);
      drawMilestones(bottom);
      return svg.append("</svg>").toString();
    }

    private void drawAxes(double bottom) {
      add("<text class=\"label\" x=\"4\" y=\"%.1f\">%s</text>", noteTop, Markup.escaped(y.label()));
      for (double tick : vertical.ticks()) {
        add("<path class=\"grid\" d=\"M%.1f %.1fH%d\"/>", left, y(tick), WIDTH - RIGHT);
        add(
            "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"end\">%s</text>",
            left - 6, y(tick) + 4, vertical.tick(tick));
      }
      double free = 0;
      for (double tick : horizontal.ticks()) {
        add("<path class=\"grid\" d=\"M%.1f %.1fv4\"/>", x(tick), bottom);
        double half = CHARACTER_WIDTH * horizontal.tick(tick).length() / 2;
        if (x(tick) - half > free) {
          add(
              "<text class=\"tick\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
              Math.min(x(tick), WIDTH - 2 - half), bottom + 18, horizontal.tick(tick));
          free = x(tick) + half + 6;
        }
      }
      add(
          "<text class=\"label\" x=\"%.1f\" y=\"%.1f\" text-anchor=\"middle\">%s</text>",
          (left + WIDTH - RIGHT) / 2, bottom + 38, Markup.escaped(x.label()));
    }

    private void draw(Cell cell) {
      add(
          "<rect class=\"mark cell\" x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\""
              + " fill-opacity=\"%.3f\"/>",
          x(cell.x0), y(cell.y1), x(cell.x1) - x(cell.x0), y(cell.y0) - y(cell.y1), cell.share);
    }

    private void draw(Series one) {
      if (one.mark == Mark.STEPS) {
        drawSteps(one);
        return;
      }
      StringBuilder path = new StringBuilder();
      boolean drawn = false;
      for (int i = 0; i < one.x.length; i++) {
        boolean shown = isPoint(one, i);
        if (shown) {
          path.append(
              String.format(
                  Locale.ROOT, "%s%.1f %.1f", drawn ? "L" : "M", x(one.x[i]), y(one.y[i])));
        }
        drawn = shown;
      }
      if (path.indexOf("L") >= 0) { // a single point is a dot
        add(
            "<path class=\"mark line %s\" d=\"%s\"><title>%s</title></path>",
            one.style(), path, Markup.escaped(one.name));
      }
      if (one.mark != Mark.REFERENCE && one.x.length <= MOST_DOTS) {
        IntStream.range(0, one.x.length).filter(i -> isPoint(one, i)).forEach(i -> dot(one, i));
      }
    }

    private boolean isPoint(Series one, int i) {
      return Double.isFinite(one.x[i]) && Double.isFinite(one.y[i]);
    }

    private void dot(Series one, int i) {
      add(
          "<circle class=\"mark dot %s\" cx=\"%.1f\" cy=\"%.1f\" r=\"2.5\"><title>%s: %s,"
              + " %s</title></circle>",
          one.style(),
          x(one.x[i]),
          y(one.y[i]),
          Markup.escaped(one.name),
          horizontal.text(one.x[i]),
          vertical.text(one.y[i]));
    }

    private void drawSteps(Series one) {
      StringBuilder path =
          new StringBuilder(String.format(Locale.ROOT, "M%.1f %.1f", x(one.x[0]), y(0)));
      for (int i = 0; i < one.y.length; i++) {
        path.append(String.format(Locale.ROOT, "V%.1fH%.1f", y(one.y[i]), x(one.x[i + 1])));
      }
      path.append(String.format(Locale.ROOT, "V%.1fZ", y(0)));
      add(
          "<path class=\"mark steps %s\" d=\"%s\"><title>%s</title></path>",
          one.style(), path, Markup.escaped(one.name));
    }

    /** Places the texts above the plot, each in the first row where it overlaps no other. */
    private List<Note> notes() {
      List<Note> notes = new ArrayList<>();
      List<Double> ends = new ArrayList<>();
      for (Milestone milestone : milestones) {
        double width = CHARACTER_WIDTH * milestone.label.length();
        double start = Math.min(x(milestone.x) - 3, WIDTH - 2 - width);
        int row = 0;
        while (row < ends.size() && ends.get(row) > start) {
          row++;
        }
        if (row == ends.size()) {
          ends.add(0.0);
        }
        ends.set(row, start + width + 6);
        notes.add(new Note(milestone, start, row));
      }
      return notes;
    }

    private void drawMilestones(double bottom) {
      for (Note note : notes) {
        double baseline = top - 5 - NOTE_ROW * note.row;
        add(
            "<path class=\"milestone\" d=\"M%.1f %.1fV%.1f\"/>",
            x(note.milestone.x), baseline + 3, bottom);
        add(
            "<text class=\"note\" x=\"%.1f\" y=\"%.1f\">%s</text>",
            note.start, baseline, Markup.escaped(note.milestone.label));
      }
    }

    private List<List<Series>> legendRows() {
      List<List<Series>> rows = new ArrayList<>();
      double used = WIDTH;
      for (Series one : series) {
        double width = legendWidth(one);
        if (used + width > WIDTH - 4) {
          rows.add(new ArrayList<>());
          used = 4;
        }
        rows.get(rows.size() - 1).add(one);
        used += width;
      }
      return rows;
    }

    private double legendWidth(Series one) {
      return 30 + CHARACTER_WIDTH * shortened(one.name).length() + 18;
    }

    private void drawLegend() {
      for (int row = 0; row < legend.size(); row++) {
        double at = 4;
        double baseline = 38 + ROW * row;
        for (Series one : legend.get(row)) {
          add("<path class=\"line %s\" d=\"M%.1f %.1fh22\"/>", one.style(), at, baseline - 4.5);
          add(
              "<text class=\"key\" x=\"%.1f\" y=\"%.1f\">%s<title>%s</title></text>",
              at + 28, baseline, Markup.escaped(shortened(one.name)), Markup.escaped(one.name));
          at += legendWidth(one);
        }
      }
    }

    private void add(String format, Object... values) {
      svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }
  }

  /** Shortens a long name in the middle, where the names of runs seldom differ. */
  private static String shortened(String name) {
    int half = LEGEND_CHARACTERS / 2;
    return name.length() <= LEGEND_CHARACTERS
        ? name
        : name.substring(0, half) + "…" + name.substring(name.length() - half + 1);
  }
}
