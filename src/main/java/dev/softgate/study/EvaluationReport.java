package dev.softgate.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.softgate.evaluation.GateStatistics;
import dev.softgate.evaluation.GateValues;
import dev.softgate.model.ModelCost;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.scoring.WrongLabels;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code eval} reports: accuracies are fractions, losses and entropies means in nats. A figure
 * is null without a gate, without such an image, or where it is not finite.
 *
 * @param gateLoss mean loss of gate classifiers, or mean penalty of other gates
 * @param gateQ1 a quarter of the images has a smaller g
 * @param gateQ3 three quarters of the images have a smaller g
 * @param meanGateCorrect of the images predicted as labeled
 * @param meanGateWrong of the other images
 * @param gates each gate by itself
 * @param wrong what the network predicts for wrong labels; null where the true ones are not known
 * @param precision of the backbone's arithmetic: {@code fp32}, {@code bf16} or {@code int8}
 * @param seconds that the pass took, without loading the data set
 */
public record EvaluationReport(
    double accuracy,
    @Nullable Double loss,
    int images,
    String split,
    @Nullable Double gateLoss,
    @Nullable Double meanGate,
    @Nullable Double gateMin,
    @Nullable Double gateQ1,
    @Nullable Double gateMedian,
    @Nullable Double gateQ3,
    @Nullable Double gateMax,
    @Nullable Double meanGateCorrect,
    @Nullable Double meanGateWrong,
    @Nullable Double meanEntropy,
    List<Gate> gates,
    @JsonUnwrapped(prefix = "wrong_") @Nullable Wrong wrong,
    String dataset,
    Path checkpoint,
    long parameters,
    String engine,
    String precision,
    double seconds,
    double imagesPerSecond) {

  /** One gate's means over the images. */
  public record Gate(String name, @Nullable Double meanGate, @Nullable Double meanEntropy) {

    private static Gate of(GateValues gate) {
      float[] entropyNats = gate.entropyNats();
      return new Gate(gate.name(), mean(gate.g()), entropyNats == null ? null : mean(entropyNats));
    }
  }

  /**
   * What a network predicts for images with a wrong label.
   *
   * @param count images with a wrong label
   * @param fitted the fraction predicted as given; null without such an image
   * @param corrected the fraction predicted as true; null without such an image
   */
  record Wrong(
      @JsonProperty("labels") int count, @Nullable Double fitted, @Nullable Double corrected) {

    static @Nullable Wrong of(@Nullable WrongLabels wrong) {
      return wrong == null ? null : new Wrong(wrong.count(), wrong.fitted(), wrong.corrected());
    }
  }

  static EvaluationReport of(SplitEvaluation evaluation) {
    PhaseMetrics metrics = evaluation.predictions().metrics();
    GateStatistics gates = GateStatistics.of(evaluation.predictions());
    EvaluationImages images = evaluation.images();
    return new EvaluationReport(
        metrics.accuracy(),
        finite(metrics.classificationLoss()),
        metrics.images(),
        images.split().text(),
        finite(metrics.gateLoss()),
        finite(metrics.meanGate()),
        gates == null ? null : finite(gates.min()),
        gates == null ? null : finite(gates.firstQuartile()),
        gates == null ? null : finite(gates.median()),
        gates == null ? null : finite(gates.thirdQuartile()),
        gates == null ? null : finite(gates.max()),
        gates == null ? null : finite(gates.meanOfCorrect()),
        gates == null ? null : finite(gates.meanOfWrong()),
        gates == null ? null : finite(gates.meanEntropyNats()),
        evaluation.predictions().gates().stream().map(Gate::of).toList(),
        Wrong.of(evaluation.wrongLabels()),
        images.dataset().name(),
        evaluation.network().file(),
        ModelCost.of(
                evaluation.network().checkpoint().spec(),
                images.dataset().height(),
                images.dataset().width())
            .parameters(),
        evaluation.engine(),
        evaluation.precision(),
        evaluation.seconds(),
        metrics.images() / evaluation.seconds());
  }

  private static @Nullable Double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return finite(sum / values.length);
  }

  private static @Nullable Double finite(@Nullable Double value) {
    return value != null && Double.isFinite(value) ? value : null;
  }
}
