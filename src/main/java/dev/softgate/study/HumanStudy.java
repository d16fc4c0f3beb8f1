package dev.softgate.study;

import dev.softgate.data.HumanHardness;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Predictions;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.CrossEntropy;
import dev.softgate.scoring.statistics.Estimate;
import dev.softgate.scoring.statistics.RankCorrelation;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Compares which images a run finds hard with which images people find hard, by rank correlations.
 * Quantities that are high for easy images, such as label scores, are negated, so that a positive
 * correlation always means agreement.
 *
 * @param human how hard people found the images
 * @param hardness N, for the compared images
 * @param quantities the run's quantities for the same images by name, N each; high means hard
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record HumanStudy(HumanHardness human, double[] hardness, Map<String, double[]> quantities) {

  /**
   * Compares with human votes on all test images: g, the entropy of the gate classifier, the
   * entropy of the network's prediction, and its loss for the label.
   */
  public static HumanStudy ofTest(
      HumanHardness human, TrainedNetwork trained, EvaluationImages images, Compute compute) {
    Predictions said =
        SplitEvaluation.run(trained, EvaluationImages.allTest(images.dataset()), compute)
            .predictions();
    Map<String, double[]> quantities = ofNetwork(said);
    quantities.put(
        "loss", doubles(CrossEntropy.eachNats(said.logits(), said.labels(), said.classes())));
    return new HumanStudy(human, human.values(), quantities);
  }

  /**
   * Compares with human labels of the run's train images: all label scores, g, and the entropies of
   * gate and network.
   */
  public static HumanStudy ofTrain(HumanHardness human, LabelStudy study) {
    double[] hardness = Arrays.stream(study.ids()).mapToDouble(id -> human.values()[id]).toArray();
    Map<String, double[]> quantities = ofNetwork(study.said());
    study
        .scores()
        .forEach(
            (name, score) ->
                quantities.put(name, Arrays.stream(score).map(value -> -value).toArray()));
    return new HumanStudy(human, hardness, quantities);
  }

  private static Map<String, double[]> ofNetwork(Predictions said) {
    Map<String, double[]> quantities = new LinkedHashMap<>();
    float[] g = said.g();
    if (g != null) {
      quantities.put("g", doubles(g));
    }
    float[] gateEntropy = said.entropyNats();
    if (gateEntropy != null) {
      quantities.put("gate_entropy", doubles(gateEntropy));
    }
    quantities.put("entropy", doubles(said.predictionEntropyNats()));
    return quantities;
  }

  private static double[] doubles(float[] values) {
    return IntStream.range(0, values.length).mapToDouble(i -> values[i]).toArray();
  }

  /**
   * Spearman's correlations of each quantity with human hardness.
   *
   * @param resamples the number of bootstrap resamples
   */
  Map<String, ScoreReport.Correlation> correlations(int resamples, long seed) {
    Map<String, ScoreReport.Correlation> correlations = new LinkedHashMap<>();
    quantities.forEach(
        (name, values) -> {
          Estimate rho = new RankCorrelation(values, hardness).bootstrap(resamples, seed);
          correlations.put(
              name,
              new ScoreReport.Correlation(
                  finite(rho.value()), finite(rho.low()), finite(rho.high())));
        });
    return correlations;
  }

  private static @Nullable Double finite(double value) {
    return Double.isFinite(value) ? value : null;
  }
}
