package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ResNet;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A network that another, which skips, is compared with: usually the plain one. */
public final class SkipBaseline implements AutoCloseable {

  private final Path run;
  private final Checkpoint checkpoint;
  private final ResNet network;
  private final Compute compute;
  private final BackboneEngine engine;

  private SkipBaseline(Path run, Checkpoint checkpoint, Compute compute) {
    this.run = run;
    this.checkpoint = checkpoint;
    this.compute = compute;
    this.network = checkpoint.restoreNetwork();
    this.engine = compute.attach(network);
  }

  /**
   * Restores a network.
   *
   * @param compute of the network that skips; the baseline is on libtorch where that is
   * @throws BadInputException if it is not there, or knows another number of classes
   */
  public static SkipBaseline open(Path run, SkipStudy study, Compute compute) {
    Checkpoint checkpoint = TrainedNetwork.open(run).checkpoint();
    if (checkpoint.data().classNames().size() != study.checkpoint().data().classNames().size()) {
      throw new BadInputException("--baseline %s: it has other classes".formatted(run));
    }
    // libtorch's threads are the process's: another engine would leave the other network one of
    // them
    String kind = compute.engine().equals(Compute.LIBTORCH) ? Compute.LIBTORCH : Compute.AUTO;
    return new SkipBaseline(
        run,
        checkpoint,
        Compute.choose(kind, compute.precision(), compute.threads(), checkpoint.spec()));
  }

  /** The network, on its engine; valid until {@link #close}. */
  ResNet network() {
    return network;
  }

  /** What computes it. */
  Compute compute() {
    return compute;
  }

  /**
   * What it reaches and costs, by JSON keys.
   *
   * @param skippingMacs of the network that skips; null where it does not
   */
  public Map<String, Object> figures(EvaluationImages images, @Nullable Double skippingMacs) {
    compute.useThreads();
    long macs =
        ModelCost.of(checkpoint.spec(), images.images().height(), images.images().width()).macs();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("run", run.toString());
    figures.put(
        "accuracy",
        new Evaluator(network, checkpoint.data().normalization())
            .evaluate(images.images(), images.ids())
            .metrics()
            .accuracy());
    figures.put("macs", macs);
    if (skippingMacs != null) {
      figures.put("macs_saved", 1 - skippingMacs / macs);
    }
    return figures;
  }

  @Override
  public void close() {
    engine.close();
  }
}
