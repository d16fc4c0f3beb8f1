package dev.softgate.study;

import com.fasterxml.jackson.annotation.JsonAnyGetter;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.softgate.data.HumanHardness;
import dev.softgate.evaluation.Predictions;
import dev.softgate.run.RunFolder;
import dev.softgate.scoring.labels.LabelFilter;
import dev.softgate.scoring.labels.LabelIssues;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code score}; {@code scores.json} has the same contents. Parts that were not
 * requested are null and have no key in JSON.
 *
 * @param labels how good the labels are; null if the run has no dynamics
 * @param human the agreement with people about hard images
 * @param rewind the trained network, and each unit put back to the earliest kept epoch
 */
public record ScoreReport(
    Path run,
    @JsonUnwrapped @Nullable Labels labels,
    @JsonInclude(Include.NON_NULL) @Nullable Human human,
    @JsonInclude(Include.NON_NULL) @Nullable List<RewindRow> rewind) {

  /**
   * The scores of the labels.
   *
   * @param scores the table of all scores
   * @param suspects the list of the images whose labels may be wrong
   * @param imagesWithoutScore the number of train images that the run did not train on
   * @param confidentLearning {@code out-of-sample} if its networks have not seen the image
   * @param tooWeak why the network can neither flag labels nor estimate their noise; null if it can
   * @param flagged the number of labels that seem wrong; null if the network is too weak
   * @param noiseRateEstimate the estimated fraction of wrong labels; null if the network is too
   *     weak
   * @param noiseRateAtMost what the confident joint estimates, if {@code noiseRateEstimate} is a
   *     lower bound
   * @param noiseEstimateByClass the same by class; null for a class with too few images
   * @param givenBySuggested images by given label (row) and suggested label (column), K×K
   * @param consensusWeights the weights of the scores that the consensus combines
   * @param memory the predictions of a network with owned channels on and off; null for others
   * @param wrongLabels the number of wrong labels; null if the true labels are unknown
   * @param truth how well the scores find the wrong labels; null unless there are wrong and right
   *     ones
   */
  @SuppressWarnings("ArrayRecordComponent") // printed, never compared
  public record Labels(
      String filter,
      Path scores,
      Path suspects,
      int images,
      int imagesWithoutScore,
      String confidentLearning,
      @Nullable String tooWeak,
      @Nullable Integer flagged,
      @Nullable Double noiseRateEstimate,
      @JsonInclude(Include.NON_NULL) @Nullable Double noiseRateAtMost,
      Map<String, @Nullable Double> noiseEstimateByClass,
      List<String> classes,
      List<String> classesNotJudged,
      int[][] givenBySuggested,
      Map<String, Double> consensusWeights,
      @JsonInclude(Include.NON_NULL) @Nullable Map<String, @Nullable Double> memory,
      @JsonInclude(Include.NON_NULL) @Nullable Integer wrongLabels,
      @JsonUnwrapped @Nullable Truth truth) {

    /**
     * Reports scores.
     *
     * @param run the folder with the files of the scores
     * @param filter the rule that flagged labels
     * @param resamples the number of bootstrap resamples
     */
    static Labels of(
        LabelStudy study, RunFolder run, LabelFilter filter, int resamples, long seed) {
      List<String> names = study.images().dataset().classNames();
      LabelIssues issues = study.issues();
      Map<String, @Nullable Double> byClass = new LinkedHashMap<>();
      double[] noise = issues.noiseByGiven();
      for (int k = 0; k < names.size(); k++) {
        byClass.put(names.get(k), Double.isNaN(noise[k]) ? null : noise[k]);
      }
      Predictions on = study.owning();
      boolean[] wrong = study.wrong();
      int count = wrong == null ? 0 : LabelFigures.count(wrong);
      return new Labels(
          filter.text(),
          run.scores(),
          run.suspects(),
          study.ids().length,
          study.images().images().count() - study.ids().length,
          study.confidentLearning(),
          issues.weakness(),
          issues.count(),
          issues.noiseRate(),
          issues.mostNoise(),
          byClass,
          names,
          study.classesNotJudged(),
          LabelFigures.confusion(study),
          study.weights(),
          on == null ? null : LabelFigures.memory(study, on),
          wrong == null ? null : count,
          wrong == null || count == 0 || count == wrong.length
              ? null
              : LabelFigures.againstTruth(study, wrong, resamples, seed));
    }
  }

  /**
   * Scores against the true labels.
   *
   * @param againstTruth a row for each score
   * @param gateCompared the scores of gates on stages compared with others
   * @param byEpoch the course of training
   */
  record Truth(
      List<ScoreRow> againstTruth,
      @JsonInclude(Include.NON_EMPTY) List<ComparedRow> gateCompared,
      List<EpochRow> byEpoch) {}

  /**
   * How well a score finds wrong labels.
   *
   * @param measures by name, each with the bounds of its 95% interval as {@code _low} and {@code
   *     _high}
   */
  record ScoreRow(String score, @JsonAnyGetter Map<String, Double> measures) {}

  /**
   * The difference between two scores' AUROC.
   *
   * @param difference the difference with the bounds of its 95% interval, by name
   */
  record ComparedRow(String score, String minus, @JsonAnyGetter Map<String, Double> difference) {}

  /**
   * The state of the training after an epoch.
   *
   * @param epoch from 1
   * @param figures by name
   */
  record EpochRow(int epoch, @JsonAnyGetter Map<String, Double> figures) {}

  /**
   * The agreement with people.
   *
   * @param file the file of human votes or labels
   * @param measure the measure of human hardness
   * @param correlations the correlation with each quantity of the run, by name
   */
  public record Human(
      Path file, int images, String measure, Map<String, Correlation> correlations) {

    static Human of(HumanStudy study, int resamples, long seed) {
      HumanHardness people = study.human();
      return new Human(
          people.file(),
          study.hardness().length,
          people.measure(),
          study.correlations(resamples, seed));
    }
  }

  /** Spearman's rank correlation with its 95% interval; null for a constant quantity. */
  public record Correlation(@Nullable Double rho, @Nullable Double low, @Nullable Double high) {}

  /**
   * The accuracies of a network with one unit put back.
   *
   * @param unit {@code none} for the trained network
   * @param accuracy by group of images; null without an image
   */
  record RewindRow(String unit, int epoch, @JsonAnyGetter Map<String, @Nullable Double> accuracy) {}
}
