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
 * The result of {@code eval}: accuracies are fractions, losses and entropies means in nats. A
 * figure is null if there is no gate, no such image, or no finite value.
 *
 * @param gateLoss the mean loss of gate classifiers, or the mean penalty of other gates
 * @param gateQ1 the first quartile of g
 * @param gateQ3 the third quartile of g
 * @param meanGateCorrect the mean g of the images predicted as labeled
 * @param meanGateWrong the mean g of the other images
 * @param gates each gate separately
 * @param wrong the predictions for wrong labels; null if the true labels are unknown
 * @param precision the precision of the backbone: {@code fp32}, {@code bf16} or {@code int8}
 * @param seconds the time of the pass without loading the data set
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
   * A network's predictions for images with a wrong label.
   *
   * @param count the number of images with a wrong label
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
