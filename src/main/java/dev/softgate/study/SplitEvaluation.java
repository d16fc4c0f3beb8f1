package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.run.GatesTable;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.WrongLabels;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The results of a trained network on a split.
 *
 * @param network the network
 * @param images the images
 * @param predictions its predictions
 * @param engine the engine of the backbone
 * @param precision the precision of the backbone: {@code fp32} or {@code bf16}
 * @param seconds the time of the pass without loading the data set
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
   * Evaluates a network.
   *
   * @throws BadInputException if the weights do not fit the network
   */
  public static SplitEvaluation run(
      TrainedNetwork trained, EvaluationImages images, Compute compute) {
    return run(trained, images, compute, false);
  }

  /**
   * Evaluates a network.
   *
   * @param owned whether each image's owned channels are on
   * @throws BadInputException if the weights do not fit the network, or {@code owned} is true for a
   *     network without owned channels or for images that it was not trained on
   */
  public static SplitEvaluation run(
      TrainedNetwork trained, EvaluationImages images, Compute compute, boolean owned) {
    Checkpoint checkpoint = trained.checkpoint();
    if (owned && !checkpoint.spec().gate().ownsChannels()) {
      throw new BadInputException("{memory} on: the network has no {gate} memory");
    }
    if (owned && images.split() != EvaluationSplit.TRAIN) {
      throw new BadInputException(
          "{memory} on: only training images own channels; use {split} train");
    }
    try (OpenNetwork network = open(checkpoint, compute, owned)) {
      Evaluator evaluator = network.evaluator();
      long started = System.nanoTime();
      Predictions predictions = evaluator.evaluate(images.images(), images.ids());
      return new SplitEvaluation(
          trained,
          images,
          predictions,
          compute.engine().text(),
          compute.precision().text(),
          (System.nanoTime() - started) / NANOSECONDS_PER_SECOND);
    }
  }

  /**
   * A network's predictions without augmentation.
   *
   * @param ids the ids within the set's images
   * @param owned whether each image's owned channels are on
   */
  static Predictions predictions(
      Checkpoint checkpoint, EvaluationImages images, int[] ids, Compute compute, boolean owned) {
    try (OpenNetwork network = open(checkpoint, compute, owned)) {
      return network.evaluator().evaluate(images.images(), ids);
    }
  }

  /** Opens a network with each image's owned channels on or off. */
  static OpenNetwork open(Checkpoint checkpoint, Compute compute, boolean owned) {
    return owned
        ? OpenNetwork.withOwnedChannels(checkpoint, compute)
        : OpenNetwork.of(checkpoint, compute);
  }

  /** Writes the gates' values for each image; see {@link GatesTable}. */
  public void writeGates(Path file) {
    GatesTable.write(file, predictions);
  }

  /** How wrongly labeled images were predicted; null if the true labels are unknown. */
  public @Nullable WrongLabels wrongLabels() {
    return images.wrongLabels(predictions);
  }

  /** The results for {@code eval}. */
  public EvaluationReport report() {
    return EvaluationReport.of(this);
  }
}
