package dev.softgate.report;

import dev.softgate.chart.Axis;
import dev.softgate.chart.Chart;
import dev.softgate.chart.ChartStyle;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.OperatingPoint;
import dev.softgate.scoring.statistics.Ranking;
import dev.softgate.scoring.statistics.RankingBootstrap;
import dev.softgate.scoring.statistics.RankingMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How well each score finds the wrong labels, if these are known, from {@code scores.csv}. */
final class ScoresSection {

  private static final int RESAMPLES = 500;
  private static final int SEED = 1;
  private static final int POINTS = 200;

  private ScoresSection() {}

  static Section of(List<ReportedRun> runs) {
    return new Section(
        "scores", "Label scores against the truth", Section.byRun(runs, ScoresSection::of));
  }

  private static List<SectionElement> of(ReportedRun run) {
    LabelTable table = run.scores();
    return table == null || table.clean() == null ? List.of() : of(table);
  }

  private static List<SectionElement> of(LabelTable table) {
    int images = table.ids().length;
    int[] known = IntStream.range(0, images).filter(table::isKnown).toArray();
    boolean[] wrong = new boolean[known.length];
    int wrongLabels = 0;
    for (int i = 0; i < known.length; i++) {
      wrong[i] = table.isWrong(known[i]);
      wrongLabels += wrong[i] ? 1 : 0;
    }
    String counted =
        String.format(
            Locale.ROOT,
            "The true labels of %,d of %,d images are known; %,d of them differ from the given"
                + " labels",
            known.length,
            images,
            wrongLabels);
    if (wrongLabels == 0 || wrongLabels == known.length) {
      return List.of(new SectionElement.Note(counted + ", so scores cannot be compared."));
    }
    List<Ranking> rankings =
        table.scores().stream()
            .map(
                score ->
                    new Ranking(
                        IntStream.of(known).mapToDouble(row -> score.values()[row]).toArray(),
                        wrong))
            .toList();
    double rate = (double) wrongLabels / known.length;
    return List.of(
        new SectionElement.Note(
            String.format(
                Locale.ROOT,
                "%s (%.1f%%). Wrong labels are the positives. Intervals: %.0f%%, bootstrap over"
                    + " images, %d resamples; they cover other images, not other trainings.",
                counted,
                100 * rate,
                100 * Estimate.CONFIDENCE,
                RESAMPLES)),
        metrics(table.scores(), rankings),
        charts(table.scores(), rankings, rate));
  }

  private static SectionElement metrics(List<LabelTable.Score> scores, List<Ranking> rankings) {
    RankingBootstrap bootstrap = new RankingBootstrap(rankings, RESAMPLES, SEED);
    List<SectionElement.Row> rows = new ArrayList<>();
    for (int i = 0; i < rankings.size(); i++) {
      rows.add(
          SectionElement.Row.of(
              scores.get(i).name(),
              Figures.interval(bootstrap.estimate(i, RankingMetrics::auroc)),
              Figures.interval(bootstrap.estimate(i, RankingMetrics::averagePrecision)),
              Figures.interval(bootstrap.estimate(i, RankingMetrics::bestF1))));
    }
    return new SectionElement.Table(
        List.of("score", "AUROC", "average precision", "best F1"), rows, true);
  }

  private static SectionElement charts(
      List<LabelTable.Score> scores, List<Ranking> rankings, double rate) {
    Chart roc =
        new Chart(
            "ROC",
            Axis.percent("right labels flagged (false positive rate)").from(0, 1),
            Axis.percent("wrong labels flagged (recall)").from(0, 1));
    Chart precision =
        new Chart(
            "Precision and recall",
            Axis.percent("wrong labels flagged (recall)").from(0, 1),
            Axis.percent("flagged labels that are wrong (precision)").from(0, 1));
    for (int i = 0; i < rankings.size(); i++) {
      List<OperatingPoint> points = rankings.get(i).operatingPoints(POINTS);
      String name = scores.get(i).name();
      Chart.Mark mark = i < ChartStyle.COLORS ? Chart.Mark.LINE : Chart.Mark.DASHED;
      double[] recall = points.stream().mapToDouble(OperatingPoint::recall).toArray();
      roc.add(
          name,
          mark,
          i,
          points.stream().mapToDouble(OperatingPoint::falsePositiveRate).toArray(),
          recall);
      precision.add(
          name, mark, i, recall, points.stream().mapToDouble(OperatingPoint::precision).toArray());
    }
    double[] ends = {0, 1};
    roc.add("chance", Chart.Mark.REFERENCE, 0, ends, ends);
    precision.add("chance", Chart.Mark.REFERENCE, 0, ends, new double[] {rate, rate});
    return SectionElement.Charts.of(roc, precision);
  }
}
