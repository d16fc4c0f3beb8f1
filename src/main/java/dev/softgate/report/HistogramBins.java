package dev.softgate.report;

import dev.softgate.chart.Chart;
import java.util.Arrays;
import java.util.Locale;

/** Counts values in bins of equal width from 0 to an end; larger values count in the last. */
record HistogramBins(int bins, double end) {

  /** Draws the share of the values in each bin as steps; draws nothing if there are no values. */
  void add(Chart chart, String name, int color, double[] values) {
    if (values.length > 0) {
      double[] edges = new double[bins + 1];
      Arrays.setAll(edges, i -> i * end / bins);
      chart.add(
          String.format(Locale.ROOT, "%s (%,d)", name, values.length),
          Chart.Mark.STEPS,
          color,
          edges,
          shares(values));
    }
  }

  private double[] shares(double[] values) {
    double[] shares = new double[bins];
    for (double value : values) {
      int bin = (int) (value / end * bins);
      shares[Math.max(0, Math.min(bins - 1, bin))] += 1.0 / values.length;
    }
    return shares;
  }
}
