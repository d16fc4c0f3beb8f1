package dev.softgate.run;

import dev.softgate.data.Normalization;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkippingEvaluator;
import dev.softgate.evaluation.SkippingNetwork;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.training.Checkpoint;
import java.util.List;

/**
 * A trained network that is ready to predict: restored from its checkpoint, on an engine, and
 * together with the normalization and the class names that its predictions depend on. Closing it
 * gives the engine's native memory back.
 */
public final class OpenNetwork implements AutoCloseable {

  private final Checkpoint checkpoint;
  private final ResNet network;
  private final Compute compute;
  private final Evaluator evaluator;
  private final BackboneEngine engine;

  private OpenNetwork(Checkpoint checkpoint, ResNet network, Compute compute, Evaluator evaluator) {
    this.checkpoint = checkpoint;
    this.network = network;
    this.compute = compute;
    this.evaluator = evaluator;
    this.engine = compute.attach(network);
  }

  /**
   * Opens a network as it is deployed, with its owned channels off.
   *
   * @throws dev.softgate.BadInputException if the weights do not fit the configuration, or the
   *     network has owned channels and the checkpoint is from within an epoch
   */
  public static OpenNetwork of(Checkpoint checkpoint, Compute compute) {
    return of(checkpoint, checkpoint.restoreNetwork(), compute);
  }

  /**
   * Opens a network as it is deployed, which hands out features of each stage.
   *
   * @throws dev.softgate.BadInputException as {@link #of(Checkpoint, Compute)}
   */
  public static OpenNetwork inStages(Checkpoint checkpoint, Compute compute) {
    return of(checkpoint, checkpoint.restoreInStages(), compute);
  }

  /**
   * Opens a network with each training image's owned channels on. Images are known by their ids in
   * the training set.
   *
   * @throws dev.softgate.BadInputException if the weights do not fit the configuration
   */
  public static OpenNetwork withOwnedChannels(Checkpoint checkpoint, Compute compute) {
    ResNet network = checkpoint.restoreWithOwnedChannels();
    Evaluator evaluator =
        new Evaluator(network, checkpoint.data().normalization())
            .withOwnedChannels(checkpoint.config().optimization().seed());
    return new OpenNetwork(checkpoint, network, compute, evaluator);
  }

  /**
   * Opens a network as it is deployed, after checking that it can predict.
   *
   * @param option the option that named the network, for messages
   * @param data what it is to predict
   * @throws dev.softgate.BadInputException if the weights do not fit the configuration, or the
   *     network predicts NaN or infinity
   */
  static OpenNetwork checked(
      String option, Checkpoint checkpoint, Checkpoint.DataFacts data, Compute compute) {
    ResNet network = checkpoint.restoreNetwork();
    requireFinite(network.named(option + ": " + network.name()), data);
    return of(checkpoint, network, compute);
  }

  private static OpenNetwork of(Checkpoint checkpoint, ResNet network, Compute compute) {
    Evaluator evaluator = new Evaluator(network, checkpoint.data().normalization());
    return new OpenNetwork(checkpoint, network, compute, evaluator);
  }

  /**
   * Has a network predict two synthetic images.
   *
   * @param data the size of the images and the normalization of their pixels
   * @throws dev.softgate.evaluation.NonFiniteException if it predicts NaN or infinity
   */
  static void requireFinite(ResNet network, Checkpoint.DataFacts data) {
    new Evaluator(network, data.normalization()).requireFinite(data.height(), data.width());
  }

  /** The checkpoint that the network was restored from. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** The architecture of the network. */
  public ModelSpec spec() {
    return network.spec();
  }

  /** The network, on its engine until {@link #close}. */
  public ResNet network() {
    return network;
  }

  /** The engine, precision and threads that compute it. */
  public Compute compute() {
    return compute;
  }

  /** How the network expects pixels to be normalized. */
  public Normalization normalization() {
    return checkpoint.data().normalization();
  }

  /** The names of the classes, in the order of their ids. */
  public List<String> classNames() {
    return checkpoint.data().classNames();
  }

  /** Evaluates the whole network. Takes the threads back from any engine that has run meanwhile. */
  public Evaluator evaluator() {
    compute.useThreads();
    return evaluator;
  }

  /**
   * Evaluates the network with layers skipped. Takes the threads back from any engine that has run
   * meanwhile.
   */
  public SkippingEvaluator skipping(SkipBlend blend) {
    compute.useThreads();
    return new SkippingEvaluator(new SkippingNetwork(network, blend), normalization());
  }

  @Override
  public void close() {
    engine.close();
  }
}
