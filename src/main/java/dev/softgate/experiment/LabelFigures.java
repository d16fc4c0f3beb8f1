package dev.softgate.experiment;

import dev.softgate.evaluation.Predictions;
import dev.softgate.scoring.WrongLabels;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.Ranking;
import dev.softgate.scoring.statistics.RankingBootstrap;
import dev.softgate.scoring.statistics.RankingMetrics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What the scores of a {@link LabelStudy} come to, by JSON keys. */
public final class LabelFigures {

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
    values.put("flagged", count(study.confident().flagged()));
    values.put("noise_rate_estimate", study.confident().noiseRate());
    Map<String, @Nullable Object> byClass = new LinkedHashMap<>();
    double[] noise = study.confident().noiseByGiven();
    for (int k = 0; k < names.size(); k++) {
      byClass.put(names.get(k), Double.isNaN(noise[k]) ? null : noise[k]);
    }
    values.put(LabelSummary.NOISE, byClass);
    values.put("classes", names);
    values.put("given_by_suggested", study.confident().confusion());
    values.put("consensus_weights", study.weights());
    if (study.remembered() != null) {
      Map<String, @Nullable Object> memory = new LinkedHashMap<>();
      add(memory, study, study.remembered(), "_on");
      add(memory, study, study.said(), "_off");
      values.put(LabelSummary.MEMORY, memory);
    }
    return values;
  }

  /** What a network with its memory on or off makes of its training images. */
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
   * Each score against the known noise: a row a score.
   *
   * @param wrong whether each label is wrong; one at least is, and one is not
   * @param resamples of the bootstrap, whose 95% intervals are given
   */
  public static List<Map<String, Object>> againstTruth(
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
    return rows;
  }

  private static void put(
      Map<String, Object> row,
      String key,
      RankingBootstrap bootstrap,
      int index,
      ToDoubleFunction<RankingMetrics> measure) {
    Estimate estimate = bootstrap.estimate(index, measure);
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
