package dev.softgate.report;

import dev.softgate.chart.Chart;
import java.util.Arrays;
import java.util.Locale;

/**
 * Counts values in bins of equal width from 0 on.
 *
 * @param bins how many
 * @param end of the last one, above 0; what lies beyond counts there
 */
record HistogramBins(int bins, double end) {

  /** Draws which share of the values lies in each bin, as steps; nothing where there are none. */
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
