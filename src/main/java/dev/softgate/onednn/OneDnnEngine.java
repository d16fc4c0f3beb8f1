package dev.softgate.onednn;

import dev.softgate.model.Architecture;
import dev.softgate.model.Backbone;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.Leg;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.Pass;
import dev.softgate.torch.DType;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.util.Collections;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs a backbone on oneDNN's primitives, forward and backward, in channels-last layout. It uses
 * the same parameters as {@link dev.softgate.model.LibtorchEngine} and computes the same results
 * faster (docs/engine.md).
 *
 * <p>libtorch receives the taps as leaves of its automatic differentiation, over the engine's own
 * memory. Their gradients come back in {@link #backward}. The engine reads and writes parameters,
 * gradients and running statistics where libtorch stores them. Results repeat bit for bit with the
 * same number of threads and the same {@link Canvas}.
 *
 * <p>One thread computes at a time; others wait. A forward pass of the first leg ends the previous
 * pass: its taps are overwritten, and {@link #backward} refuses them.
 */
public final class OneDnnEngine implements BackboneEngine {

  private final Team team;
  private final EnginePlans plans;
  private List<LegTraining> training = List.of(); // plans of the last forward pass
  private List<InferencePlan> inference = List.of();
  private final Set<Backbone.Taps> awaited = Collections.newSetFromMap(new IdentityHashMap<>());
  private long nanos; // in passes since takeSeconds
  private boolean closed;

  /**
   * Creates an engine for {@code backbone}.
   *
   * @param type the type of the feature maps: float32 or bfloat16
   * @param threads the number of computing threads, at least 1
   * @param canvas supplies the canvas for weight gradients; called at the first training pass
   */
  public OneDnnEngine(Backbone backbone, DType type, int threads, Supplier<Canvas> canvas) {
    this.team = new Team(threads);
    this.plans = new EnginePlans(backbone, type, team, canvas);
  }

  /**
   * Returns whether this engine supports a network: all but pre-activation networks and networks
   * with gates in their units.
   */
  public static boolean runs(ModelSpec spec) {
    return spec.arch() != Architecture.PRERESNET && !spec.gatedInUnits();
  }

  /** Returns whether this processor supports feature maps of a type. */
  public static boolean computes(DType type) {
    return type != DType.BFLOAT16 || TorchRuntime.hasAvx512();
  }

  @Override
  public synchronized Backbone.Taps forward(Leg leg, Tensor input, Pass pass) {
    return timed(() -> pass == Pass.EVALUATION ? evaluate(leg, input) : train(leg, input, pass));
  }

  private Backbone.Taps train(Leg leg, Tensor input, Pass pass) {
    if (leg.index() == 0) {
      begin();
      awaited.clear();
      training = plans.training(input);
      plans.foldFrozen();
      plans.requireFoldOfMoving();
    }
    LegTraining plan = under(training, leg);
    copy(input, plan.input());
    plan.takeMasks();
    team.run(plan::forward);
    Backbone.Taps taps = taps(leg, plan.entry(), plan.exit());
    if (pass == Pass.TRAINING && plan.moving() != null) {
      taps.o2().requireGradient();
      taps.o1().requireGradient();
      awaited.add(taps);
    }
    return taps;
  }

  private Backbone.Taps evaluate(Leg leg, Tensor input) {
    InferencePlan plan = begin(leg, input, false);
    plan.run();
    return taps(leg, plan.entry(), plan.exit());
  }

  @Override
  public synchronized Tensor shared(Leg leg, Tensor input) {
    InferencePlan plan = begin(leg, input, true);
    plan.runShared();
    return tensor(plan.entry());
  }

  /**
   * Begins a leg's evaluation.
   *
   * @param choosing whether {@link #additional} may follow
   */
  private InferencePlan begin(Leg leg, Tensor input, boolean choosing) {
    if (leg.index() == 0) {
      begin();
      inference = plans.inference(input);
      if (choosing && !inference.stream().allMatch(InferencePlan::choosesImages)) {
        inference.forEach(InferencePlan::prepareChoice);
        plans.requireFold(); // their weights may have new layouts
      }
      plans.fold();
    }
    InferencePlan plan = under(inference, leg);
    copy(input, plan.input());
    plan.takeMasks();
    return plan;
  }

  @Override
  public synchronized Tensor additional(Leg leg, Tensor o1, int[] images) {
    InferencePlan plan = under(inference, leg);
    FeatureMaps maps = plan.entry().maps();
    if (o1.size(0) != maps.images()) {
      throw new IllegalArgumentException(
          "got %d images, but this pass has %d".formatted(o1.size(0), maps.images()));
    }
    if (images.length < 1 || images.length > maps.images()) {
      throw new IndexOutOfBoundsException(images.length + " of " + maps.images() + " images");
    }
    for (int image : images) {
      Objects.checkIndex(image, maps.images());
    }
    plan.runAdditional(images);
    return tensor(plan.exit(), images.length);
  }

  private static Backbone.Taps taps(Leg leg, FeatureMap entry, FeatureMap exit) {
    Tensor o2 = tensor(exit);
    return new Backbone.Taps(leg.additional().isEmpty() ? o2 : tensor(entry), o2, List.of());
  }

  @Override
  public synchronized @Nullable Tensor backward(Leg leg, Backbone.Taps taps) {
    TrainingPlan plan = under(training, leg).moving();
    if (plan == null) {
      return null;
    }
    if (!awaited.remove(taps)) {
      throw new IllegalStateException(
          "the pass of these taps has ended or its backward pass has run");
    }
    return timed(
        () -> {
          gradient(taps.o2(), plan.exitGradient());
          FeatureMap entryGradient = plan.entryGradient();
          if (entryGradient != null) {
            gradient(taps.o1(), entryGradient);
          }
          team.run(plan::backward);
          FeatureMap inputGradient = plan.inputGradient();
          return leg.index() == 0 || inputGradient == null ? null : tensor(inputGradient);
        });
  }

  private <T extends @Nullable Object> T timed(Supplier<T> pass) {
    long start = System.nanoTime();
    try {
      return pass.get();
    } finally {
      nanos += System.nanoTime() - start;
    }
  }

  /** Returns the seconds in forward and backward passes since the last call. */
  public synchronized double takeSeconds() {
    double taken = nanos / 1e9;
    nanos = 0;
    return taken;
  }

  private static void gradient(Tensor tap, FeatureMap to) {
    try (Scope scope = Scope.open()) {
      Tensor gradient = tap.gradient();
      Tensor target = tensor(to);
      NoGradient.run(
          () -> {
            if (gradient == null) {
              target.zeroInPlace();
            } else {
              target.copyInPlace(gradient);
            }
          });
    }
  }

  private static void copy(Tensor images, FeatureMap to) {
    try (Scope scope = Scope.open()) {
      NoGradient.run(() -> tensor(to).copyInPlace(images));
    }
  }

  private static Tensor tensor(FeatureMap map) {
    return tensor(map, map.maps().images());
  }

  /** Wraps the first {@code images} images of the maps. */
  private static Tensor tensor(FeatureMap map, int images) {
    FeatureMaps maps = map.maps().of(images);
    return Tensor.over(
        map.bytes().limit(Math.toIntExact(maps.bytes())),
        maps.type(),
        images,
        maps.channels(),
        maps.height(),
        maps.width());
  }

  /** Ends the previous pass: all passes share their memory. */
  private void begin() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
    training = List.of();
    inference = List.of();
    plans.forgetMovedParameters();
  }

  private static <P> P under(List<P> pass, Leg leg) {
    if (pass.isEmpty()) {
      throw new IllegalStateException("no such pass is running");
    }
    return pass.get(leg.index());
  }

  /**
   * Returns the cost of the operations since the last call: the threads' mean seconds and the total
   * bytes.
   */
  public synchronized Map<OperationKind, OperationCost> takeWork() {
    Map<OperationKind, OperationCost> all = new EnumMap<>(OperationKind.class);
    for (Team each : plans.teams()) {
      for (Map<OperationKind, OperationCost> ofOne : each.ask(Worker::takeWork)) {
        ofOne.forEach(
            (part, work) ->
                all.merge(
                    part,
                    new OperationCost(work.seconds() / each.size(), work.bytes()),
                    OperationCost::plus));
      }
    }
    return all;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    training = List.of();
    inference = List.of();
    plans.close();
  }
}
