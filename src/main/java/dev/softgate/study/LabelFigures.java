package dev.softgate.study;

import dev.softgate.evaluation.Predictions;
import dev.softgate.scoring.WrongLabels;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.Ranking;
import dev.softgate.scoring.statistics.RankingBootstrap;
import dev.softgate.scoring.statistics.RankingMetrics;
import dev.softgate.training.TrainingDynamics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Figures about the scores of a {@link LabelStudy}. */
final class LabelFigures {

  private static final List<String> COMPARED_WITH = List.of("aum", "loss");

  /** Matches gates in units, which may be dozens; gates on stages are named b2, b3. */
  private static final Pattern OF_UNIT = Pattern.compile("_layer\\d");

  private LabelFigures() {}

  /** All images by given × suggested label if flagged, else by given × given, K×K. */
  static int[][] confusion(LabelStudy study) {
    int classes = study.images().dataset().classes();
    int[][] confusion = new int[classes][classes];
    for (int i = 0; i < study.given().length; i++) {
      int given = study.given()[i];
      confusion[given][study.issues().flagged()[i] ? study.issues().suggested()[i] : given]++;
    }
    return confusion;
  }

  /**
   * How a network with owned channels fits its training images, by name: the accuracy and, if the
   * true labels are known, the fractions of wrong labels predicted as given and as true.
   *
   * @param on the predictions with owned channels on
   */
  static Map<String, @Nullable Double> memory(LabelStudy study, Predictions on) {
    Map<String, @Nullable Double> memory = new LinkedHashMap<>();
    add(memory, study, on, "_on");
    add(memory, study, study.said(), "_off");
    return memory;
  }

  private static void add(
      Map<String, @Nullable Double> memory, LabelStudy study, Predictions said, String suffix) {
    memory.put("train_accuracy" + suffix, said.metrics().accuracy());
    WrongLabels wrong = study.images().wrongLabels(said);
    if (wrong != null) {
      memory.put("wrong_fitted" + suffix, wrong.fitted());
      memory.put("wrong_corrected" + suffix, wrong.corrected());
    }
  }

  /**
   * Scores against the true labels, and the course of training.
   *
   * @param wrong whether each label is wrong; at least one is, and at least one is not
   * @param resamples the number of bootstrap resamples for the 95% intervals
   */
  static ScoreReport.Truth againstTruth(
      LabelStudy study, boolean[] wrong, int resamples, long seed) {
    int count = count(wrong);
    List<Ranking> rankings =
        study.scores().values().stream()
            .map(score -> new Ranking(score, wrong, Math.min(100, count), count))
            .toList();
    RankingBootstrap bootstrap = new RankingBootstrap(rankings, resamples, seed);
    List<String> names = List.copyOf(study.scores().keySet());
    List<ScoreReport.ScoreRow> rows = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      rows.add(new ScoreReport.ScoreRow(names.get(i), measures(rankings.get(i), bootstrap, i)));
    }
    return new ScoreReport.Truth(
        rows, compared(names, bootstrap), byEpoch(study.dynamics(), wrong));
  }

  private static Map<String, Double> measures(
      Ranking ranking, RankingBootstrap bootstrap, int index) {
    Map<String, Double> measures = new LinkedHashMap<>();
    put(measures, "auroc", bootstrap.estimate(index, RankingMetrics::auroc));
    put(measures, "average_precision", bootstrap.estimate(index, RankingMetrics::averagePrecision));
    for (int i = 0; i < ranking.metrics().top().size(); i++) {
      int at = i;
      put(
          measures,
          "precision_at_" + ranking.metrics().top().get(i).k(),
          bootstrap.estimate(index, resampled -> resampled.top().get(at).precision()));
    }
    put(measures, "best_f1", bootstrap.estimate(index, RankingMetrics::bestF1));
    return measures;
  }

  /** Compares the ranking of gates on stages with that of other scores. */
  private static List<ScoreReport.ComparedRow> compared(
      List<String> names, RankingBootstrap bootstrap) {
    List<ScoreReport.ComparedRow> rows = new ArrayList<>();
    for (String gate : names) {
      if (!gate.startsWith("gate_") || OF_UNIT.matcher(gate).find()) {
        continue;
      }
      for (String other : COMPARED_WITH) {
        Map<String, Double> difference = new LinkedHashMap<>();
        put(
            difference,
            "auroc",
            bootstrap.difference(names.indexOf(gate), names.indexOf(other), RankingMetrics::auroc));
        rows.add(new ScoreReport.ComparedRow(gate, other, difference));
      }
    }
    return rows;
  }

  /**
   * The course of training, a row per epoch: the fractions of right and wrong labels that were
   * fitted; the fraction of wrong labels predicted as the true class, which earlier versions did
   * not record; and for each gate on a stage the mean g of both groups and its AUROC.
   */
  private static List<ScoreReport.EpochRow> byEpoch(TrainingDynamics dynamics, boolean[] wrong) {
    float[][] correct = dynamics.values(TrainingDynamics.CORRECT);
    float[][] asTrue = dynamics.asTrue();
    List<ScoreReport.EpochRow> rows = new ArrayList<>();
    for (int epoch = 0; epoch < dynamics.epochs(); epoch++) {
      Map<String, Double> figures = new LinkedHashMap<>();
      figures.put("right_fitted", mean(correct[epoch], wrong, false));
      figures.put("wrong_fitted", mean(correct[epoch], wrong, true));
      if (asTrue != null) {
        figures.put("wrong_corrected", mean(asTrue[epoch], wrong, true));
      }
      rows.add(new ScoreReport.EpochRow(epoch + 1, figures));
    }
    for (String quantity : dynamics.quantities()) {
      if (quantity.startsWith("g_") && !OF_UNIT.matcher(quantity).find()) {
        float[][] g = dynamics.values(quantity);
        for (int epoch = 0; epoch < g.length; epoch++) {
          Map<String, Double> figures = rows.get(epoch).figures();
          figures.put(quantity + "_right", mean(g[epoch], wrong, false));
          figures.put(quantity + "_wrong", mean(g[epoch], wrong, true));
          figures.put(quantity + "_auroc", auroc(g[epoch], wrong));
        }
      }
    }
    return rows;
  }

  /** The mean over images whose label is wrong, or over the others. */
  private static double mean(float[] values, boolean[] wrong, boolean group) {
    return IntStream.range(0, wrong.length)
        .filter(i -> wrong[i] == group)
        .mapToDouble(i -> values[i])
        .average()
        .orElseThrow();
  }

  private static double auroc(float[] g, boolean[] wrong) {
    double[] easy = IntStream.range(0, g.length).mapToDouble(i -> -g[i]).toArray();
    return new Ranking(easy, wrong).metrics().auroc();
  }

  private static void put(Map<String, Double> row, String key, Estimate estimate) {
    row.put(key, estimate.value());
    row.put(key + "_low", estimate.low());
    row.put(key + "_high", estimate.high());
  }

  /** Counts the true elements. */
  static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }
}
