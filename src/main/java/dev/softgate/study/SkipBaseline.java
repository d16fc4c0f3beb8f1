package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.model.ModelCost;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A network to compare a skipping network with, usually the plain one. */
final class SkipBaseline implements AutoCloseable {

  private final Path run;
  private final OpenNetwork network;

  private SkipBaseline(Path run, OpenNetwork network) {
    this.run = run;
    this.network = network;
  }

  /**
   * Restores a network.
   *
   * @param compute the engine of the skipping network; libtorch is used for both or neither
   * @throws BadInputException if there is no such network or its number of classes differs
   */
  static SkipBaseline open(Path run, SkipStudy study, Compute compute) {
    Checkpoint checkpoint = TrainedNetwork.open(run).checkpoint();
    if (checkpoint.data().classNames().size() != study.network().classNames().size()) {
      throw new BadInputException("{baseline} %s: its classes differ".formatted(run));
    }
    // libtorch's threads belong to the process: with another engine, the other network would get
    // only one
    Engine kind = compute.engine() == Engine.LIBTORCH ? Engine.LIBTORCH : Engine.AUTO;
    return new SkipBaseline(
        run,
        OpenNetwork.of(
            checkpoint,
            Compute.choose(
                kind,
                compute.precision(),
                compute.threads(),
                compute.device(),
                checkpoint.spec())));
  }

  /** The network, valid until {@link #close}. */
  OpenNetwork network() {
    return network;
  }

  /**
   * The network's accuracy and cost.
   *
   * @param skippingMacs the cost of the skipping network; null if it does not skip
   */
  SkipReport.Baseline figures(EvaluationImages images, @Nullable Double skippingMacs) {
    long macs =
        ModelCost.of(network.spec(), images.dataset().height(), images.dataset().width()).macs();
    return new SkipReport.Baseline(
        run,
        network.evaluator().evaluate(images.images(), images.ids()).metrics().accuracy(),
        macs,
        skippingMacs == null ? null : 1 - skippingMacs / macs);
  }

  @Override
  public void close() {
    network.close();
  }
}
