package dev.softgate.benchmark;

import dev.softgate.model.Backbone;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.Leg;
import dev.softgate.model.Pass;
import dev.softgate.onednn.OneDnnEngine;
import dev.softgate.onednn.OperationCost;
import dev.softgate.onednn.OperationKind;
import dev.softgate.torch.Tensor;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The oneDNN engine with a clock: the rest of a step is libtorch's time. */
final class TimedEngine implements BackboneEngine {

  private final OneDnnEngine engine;
  private long nanos;

  /** Times {@code engine} and owns it. */
  TimedEngine(OneDnnEngine engine) {
    this.engine = engine;
  }

  /** See {@link OneDnnEngine#takeWork}. */
  Map<OperationKind, OperationCost> takeWork() {
    return engine.takeWork();
  }

  /** Returns the seconds since the last call. */
  double takeSeconds() {
    double taken = nanos / 1e9;
    nanos = 0;
    return taken;
  }

  private <T extends @Nullable Object> T timed(Supplier<T> work) {
    long start = System.nanoTime();
    try {
      return work.get();
    } finally {
      nanos += System.nanoTime() - start;
    }
  }

  @Override
  public Backbone.Taps forward(Leg leg, Tensor input, Pass pass) {
    return timed(() -> engine.forward(leg, input, pass));
  }

  @Override
  public @Nullable Tensor backward(Leg leg, Backbone.Taps taps) {
    return timed(() -> engine.backward(leg, taps));
  }

  @Override
  public Tensor shared(Leg leg, Tensor input) {
    return timed(() -> engine.shared(leg, input));
  }

  @Override
  public Tensor additional(Leg leg, Tensor o1, int[] images) {
    return timed(() -> engine.additional(leg, o1, images));
  }

  @Override
  public void close() {
    engine.close();
  }
}
