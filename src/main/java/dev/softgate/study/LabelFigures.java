package dev.softgate.study;

import dev.softgate.evaluation.Predictions;
import dev.softgate.scoring.WrongLabels;
import dev.softgate.scoring.labels.LabelIssues;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.Ranking;
import dev.softgate.scoring.statistics.RankingBootstrap;
import dev.softgate.scoring.statistics.RankingMetrics;
import dev.softgate.training.TrainingDynamics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What the scores of a {@link LabelStudy} come to, by JSON keys. */
public final class LabelFigures {

  private static final List<String> COMPARED_WITH = List.of("aum", "loss");

  /** What names a gate in a unit, of which a network has dozens; those on stages are b2, b3. */
  private static final Pattern OF_UNIT = Pattern.compile("_layer\\d");

  private LabelFigures() {}

  /**
   * The data set as it seems: how many labels are wrong, by class, and what is taken for what.
   *
   * @param study of its training images
   */
  public static Map<String, @Nullable Object> ofDataset(LabelStudy study) {
    List<String> names = study.images().dataset().classNames();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("images", study.ids().length);
    values.put("images_without_score", study.images().images().count() - study.ids().length);
    values.put("confident_learning", study.confidentLearning());
    LabelIssues issues = study.issues();
    values.put(LabelSummary.TOO_WEAK, issues.weakness());
    values.put("flagged", issues.count());
    values.put("noise_rate_estimate", issues.noiseRate());
    Map<String, @Nullable Object> byClass = new LinkedHashMap<>();
    double[] noise = issues.noiseByGiven();
    for (int k = 0; k < names.size(); k++) {
      byClass.put(names.get(k), Double.isNaN(noise[k]) ? null : noise[k]);
    }
    values.put(LabelSummary.NOISE, byClass);
    values.put("classes", names);
    values.put("classes_not_judged", study.classesNotJudged());
    values.put("given_by_suggested", confusion(study, names.size()));
    values.put("consensus_weights", study.weights());
    if (study.owning() != null) {
      Map<String, @Nullable Object> memory = new LinkedHashMap<>();
      add(memory, study, study.owning(), "_on");
      add(memory, study, study.said(), "_off");
      values.put(LabelSummary.MEMORY, memory);
    }
    return values;
  }

  /** All images, given × suggested where the label is flagged and given where it is not, K×K. */
  private static int[][] confusion(LabelStudy study, int classes) {
    int[][] confusion = new int[classes][classes];
    for (int i = 0; i < study.given().length; i++) {
      int given = study.given()[i];
      confusion[given][study.issues().flagged()[i] ? study.issues().suggested()[i] : given]++;
    }
    return confusion;
  }

  /** What a network with owned channels on or off predicts for its training images. */
  private static void add(
      Map<String, @Nullable Object> memory, LabelStudy study, Predictions said, String suffix) {
    memory.put("train_accuracy" + suffix, said.metrics().accuracy());
    WrongLabels wrong = study.images().wrongLabels(said);
    if (wrong != null) {
      memory.put("wrong_fitted" + suffix, wrong.fitted());
      memory.put("wrong_corrected" + suffix, wrong.corrected());
    }
  }

  /**
   * Each score against the known noise, {@code against_truth}: a row a score; and, where there is a
   * gate on a stage, {@code gate_compared}: by how much its scores' AUROC is above that of each
   * score they are compared with, on the same resamples; and {@code by_epoch}, how training went.
   *
   * @param wrong whether each label is wrong; one at least is, and one is not
   * @param resamples of the bootstrap, whose 95% intervals are given
   */
  public static Map<String, Object> againstTruth(
      LabelStudy study, boolean[] wrong, int resamples, long seed) {
    int count = count(wrong);
    List<Ranking> rankings = new ArrayList<>();
    study
        .scores()
        .values()
        .forEach(score -> rankings.add(new Ranking(score, wrong, Math.min(100, count), count)));
    RankingBootstrap bootstrap = new RankingBootstrap(rankings, resamples, seed);
    List<Map<String, Object>> rows = new ArrayList<>();
    int index = 0;
    for (String name : study.scores().keySet()) {
      RankingMetrics metrics = rankings.get(index).metrics();
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("score", name);
      put(row, "auroc", bootstrap, index, RankingMetrics::auroc);
      put(row, "average_precision", bootstrap, index, RankingMetrics::averagePrecision);
      for (int i = 0; i < metrics.top().size(); i++) {
        int at = i;
        put(
            row,
            "precision_at_" + metrics.top().get(i).k(),
            bootstrap,
            index,
            resampled -> resampled.top().get(at).precision());
      }
      put(row, "best_f1", bootstrap, index, RankingMetrics::bestF1);
      rows.add(row);
      index++;
    }
    Map<String, Object> values = new LinkedHashMap<>();
    values.put(LabelSummary.AGAINST_TRUTH, rows);
    List<Map<String, Object>> compared = compared(List.copyOf(study.scores().keySet()), bootstrap);
    if (!compared.isEmpty()) {
      values.put("gate_compared", compared);
    }
    values.put("by_epoch", byEpoch(study.dynamics(), wrong));
    return values;
  }

  private static List<Map<String, Object>> compared(
      List<String> names, RankingBootstrap bootstrap) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String gate : names) {
      if (!gate.startsWith("gate_") || OF_UNIT.matcher(gate).find()) {
        continue;
      }
      for (String other : COMPARED_WITH) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("score", gate);
        row.put("minus", other);
        put(
            row,
            "auroc",
            bootstrap.difference(names.indexOf(gate), names.indexOf(other), RankingMetrics::auroc));
        rows.add(row);
      }
    }
    return rows;
  }

  /**
   * How training went, where the true labels are known: a row an epoch, from 1. What fraction of
   * the images was classified as given, of right labels and of wrong ones, and of these as they
   * truly are (from the runs of this version on); and of each gate on a stage the mean g of both
   * groups, and how well it tells one from the other, AUROC.
   */
  private static List<Map<String, Object>> byEpoch(TrainingDynamics dynamics, boolean[] wrong) {
    float[][] correct = dynamics.values(TrainingDynamics.CORRECT);
    float[][] asTrue = dynamics.asTrue();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int epoch = 0; epoch < dynamics.epochs(); epoch++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("epoch", epoch + 1);
      row.put("right_fitted", mean(correct[epoch], wrong, false));
      row.put("wrong_fitted", mean(correct[epoch], wrong, true));
      if (asTrue != null) {
        row.put("wrong_corrected", mean(asTrue[epoch], wrong, true));
      }
      rows.add(row);
    }
    for (String quantity : dynamics.quantities()) {
      if (quantity.startsWith("g_") && !OF_UNIT.matcher(quantity).find()) {
        float[][] g = dynamics.values(quantity);
        for (int epoch = 0; epoch < g.length; epoch++) {
          Map<String, Object> row = rows.get(epoch);
          row.put(quantity + "_right", mean(g[epoch], wrong, false));
          row.put(quantity + "_wrong", mean(g[epoch], wrong, true));
          row.put(quantity + "_auroc", auroc(g[epoch], wrong));
        }
      }
    }
    return rows;
  }

  /** Of the images whose label is wrong, or of those whose label is not. */
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

  private static void put(
      Map<String, Object> row,
      String key,
      RankingBootstrap bootstrap,
      int index,
      ToDoubleFunction<RankingMetrics> measure) {
    put(row, key, bootstrap.estimate(index, measure));
  }

  private static void put(Map<String, Object> row, String key, Estimate estimate) {
    row.put(key, estimate.value());
    row.put(key + "_low", estimate.low());
    row.put(key + "_high", estimate.high());
  }

  /** How many are true. */
  public static int count(boolean[] flags) {
    int count = 0;
    for (boolean flag : flags) {
      count += flag ? 1 : 0;
    }
    return count;
  }
}
