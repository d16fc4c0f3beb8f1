package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.model.ModelCost;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A network that another, which skips, is compared with: usually the plain one. */
public final class SkipBaseline implements AutoCloseable {

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
  public static SkipBaseline open(Path run, SkipStudy study, Compute compute) {
    Checkpoint checkpoint = TrainedNetwork.open(run).checkpoint();
    if (checkpoint.data().classNames().size() != study.network().classNames().size()) {
      throw new BadInputException("--baseline %s: it has other classes".formatted(run));
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
   * What it reaches and costs, by JSON keys.
   *
   * @param skippingMacs of the network that skips; null where it does not
   */
  public Map<String, Object> figures(EvaluationImages images, @Nullable Double skippingMacs) {
    long macs =
        ModelCost.of(network.spec(), images.dataset().height(), images.dataset().width()).macs();
    Map<String, Object> figures = new LinkedHashMap<>();
    figures.put("run", run.toString());
    figures.put(
        "accuracy",
        network.evaluator().evaluate(images.images(), images.ids()).metrics().accuracy());
    figures.put("macs", macs);
    if (skippingMacs != null) {
      figures.put("macs_saved", 1 - skippingMacs / macs);
    }
    return figures;
  }

  @Override
  public void close() {
    network.close();
  }
}
