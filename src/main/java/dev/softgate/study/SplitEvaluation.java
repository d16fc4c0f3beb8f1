package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.GateStatistics;
import dev.softgate.evaluation.GateValues;
import dev.softgate.evaluation.Predictions;
import dev.softgate.model.ModelCost;
import dev.softgate.run.GatesTable;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.scoring.WrongLabels;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What a trained network reaches on a split.
 *
 * @param network which network
 * @param images which images
 * @param predictions what it said of them
 * @param engine that computed the backbone
 * @param precision of the backbone's arithmetic: {@code fp32} or {@code bf16}
 * @param seconds that the pass took, loading of the data set apart
 */
public record SplitEvaluation(
    TrainedNetwork network,
    EvaluationImages images,
    Predictions predictions,
    String engine,
    String precision,
    double seconds) {

  private static final double NANOSECONDS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

  /**
   * Evaluates.
   *
   * @throws BadInputException if the weights do not fit the network
   */
  public static SplitEvaluation run(
      TrainedNetwork trained, EvaluationImages images, Compute compute) {
    return run(trained, images, compute, false);
  }

  /**
   * Evaluates.
   *
   * @param memory whether each image's owned channels are on
   * @throws BadInputException if the weights do not fit the network, or owned channels are to be on
   *     of a network that has none or of images that it was not trained on
   */
  public static SplitEvaluation run(
      TrainedNetwork trained, EvaluationImages images, Compute compute, boolean memory) {
    Checkpoint checkpoint = trained.checkpoint();
    if (memory && !checkpoint.spec().gate().ownsChannels()) {
      throw new BadInputException("--memory on: the network has no --gate memory");
    }
    if (memory && images.split() != EvaluationSplit.TRAIN) {
      throw new BadInputException(
          "--memory on: only training images own channels; use --split train");
    }
    try (OpenNetwork network = open(checkpoint, compute, memory)) {
      Evaluator evaluator = network.evaluator();
      long started = System.nanoTime();
      Predictions predictions = evaluator.evaluate(images.images(), images.ids());
      return new SplitEvaluation(
          trained,
          images,
          predictions,
          compute.engine(),
          compute.precision(),
          (System.nanoTime() - started) / NANOSECONDS_PER_SECOND);
    }
  }

  /**
   * What a network says of images as they are.
   *
   * @param ids which of the set's images
   * @param memory whether each image's owned channels are on
   */
  static Predictions predictions(
      Checkpoint checkpoint, EvaluationImages images, int[] ids, Compute compute, boolean memory) {
    try (OpenNetwork network = open(checkpoint, compute, memory)) {
      return network.evaluator().evaluate(images.images(), ids);
    }
  }

  /** Opens a network with each image's memory on or off. */
  static OpenNetwork open(Checkpoint checkpoint, Compute compute, boolean memory) {
    return memory
        ? OpenNetwork.withOwnedChannels(checkpoint, compute)
        : OpenNetwork.of(checkpoint, compute);
  }

  /** Writes what the network made of each image; see {@link GatesTable}. */
  public void writeGates(Path file) {
    GatesTable.write(file, predictions);
  }

  /** What the network made of the images that are labeled wrongly; null where that is not known. */
  public @Nullable WrongLabels wrongLabels() {
    return images.wrongLabels(predictions);
  }

  /**
   * The results by name, for JSON: texts, finite numbers, and null where there is no gate, no such
   * image, or no finite number. Accuracy is a fraction; losses and entropy are means in nats. Of
   * wrong labels there is something only where the true ones are known.
   */
  public Map<String, @Nullable Object> values() {
    PhaseMetrics metrics = predictions.metrics();
    GateStatistics gates = GateStatistics.of(predictions);
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("accuracy", metrics.accuracy());
    values.put("loss", finite(metrics.classificationLoss()));
    values.put("images", metrics.images());
    values.put("split", images.split().text());
    values.put("gate_loss", finite(metrics.gateLoss()));
    values.put("mean_gate", finite(metrics.meanGate()));
    values.put("gate_min", gates == null ? null : finite(gates.min()));
    values.put("gate_q1", gates == null ? null : finite(gates.firstQuartile()));
    values.put("gate_median", gates == null ? null : finite(gates.median()));
    values.put("gate_q3", gates == null ? null : finite(gates.thirdQuartile()));
    values.put("gate_max", gates == null ? null : finite(gates.max()));
    values.put("mean_gate_correct", gates == null ? null : finite(gates.meanOfCorrect()));
    values.put("mean_gate_wrong", gates == null ? null : finite(gates.meanOfWrong()));
    values.put("mean_entropy", gates == null ? null : finite(gates.meanEntropyNats()));
    values.put("gates", predictions.gates().stream().map(SplitEvaluation::values).toList());
    WrongLabels wrong = wrongLabels();
    if (wrong != null) {
      values.put("wrong_labels", wrong.count());
      values.put("wrong_fitted", wrong.fitted());
      values.put("wrong_corrected", wrong.corrected());
    }
    values.put("dataset", images.dataset().name());
    values.put("checkpoint", network.file().toString());
    values.put("parameters", parameters());
    values.put("engine", engine);
    values.put("precision", precision);
    values.put("seconds", seconds);
    values.put("images_per_second", metrics.images() / seconds);
    return values;
  }

  /** One gate by name, for JSON. */
  private static Map<String, @Nullable Object> values(GateValues gate) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("name", gate.name());
    values.put("mean_gate", mean(gate.g()));
    values.put("mean_entropy", gate.entropyNats() == null ? null : mean(gate.entropyNats()));
    return values;
  }

  private static @Nullable Double mean(float[] values) {
    double sum = 0;
    for (float value : values) {
      sum += value;
    }
    return finite(sum / values.length);
  }

  private long parameters() {
    return ModelCost.of(
            network.checkpoint().spec(), images.dataset().height(), images.dataset().width())
        .parameters();
  }

  private static @Nullable Double finite(@Nullable Double value) {
    return value != null && Double.isFinite(value) ? value : null;
  }
}
