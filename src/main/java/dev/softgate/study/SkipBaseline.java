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

/** A network that another, which skips, is compared with: usually the plain one. */
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
   * @param compute of the network that skips; the baseline is on libtorch where that is
   * @throws BadInputException if it is not there, or knows another number of classes
   */
  static SkipBaseline open(Path run, SkipStudy study, Compute compute) {
    Checkpoint checkpoint = TrainedNetwork.open(run).checkpoint();
    if (checkpoint.data().classNames().size() != study.network().classNames().size()) {
      throw new BadInputException("{baseline} %s: it has other classes".formatted(run));
    }
    // libtorch's threads are the process's: another engine would leave the other network one of
    // them
    Engine kind = compute.engine() == Engine.LIBTORCH ? Engine.LIBTORCH : Engine.AUTO;
    return new SkipBaseline(
        run,
        OpenNetwork.of(
            checkpoint,
            Compute.choose(kind, compute.precision(), compute.threads(), checkpoint.spec())));
  }

  /** The network, valid until {@link #close}. */
  OpenNetwork network() {
    return network;
  }

  /**
   * What the network reaches and costs.
   *
   * @param skippingMacs of the network that skips; null where it does not
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
