package dev.softgate.onednn;

import dev.softgate.model.Backbone;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ConvNorm;
import dev.softgate.model.Pass;
import dev.softgate.model.ResidualUnit;
import dev.softgate.torch.DType;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs a backbone on oneDNN's primitives, forward and backward, in channels-last layout: the same
 * parameters and the same results as {@link dev.softgate.model.LibtorchEngine}, faster
 * (docs/engine.md).
 *
 * <p>The taps are handed to libtorch as leaves of its automatic differentiation, over the engine's
 * own memory; their gradients come back in {@link #backward}. Parameters, gradients and running
 * statistics are read and written where libtorch keeps them. Results repeat bit by bit with the
 * same number of threads.
 */
public final class OneDnnEngine implements BackboneEngine {

  /** Of the stem's output for a chunk: so that a few of its feature maps fit a core's cache. */
  private static final int CHUNK_BYTES = 1 << 19;

  /**
   * In evaluation a chunk is a long piece of work, and at the end threads wait for the last one.
   */
  private static final int EVALUATION_CHUNK_BYTES = 1 << 18;

  /** So that a small batch too is shared out, and in the same way whatever the threads. */
  private static final int LEAST_CHUNKS = 4;

  private static final int STEM_CHANNELS = 16;
  private static final long SLAB = 64L << 20;

  private final Backbone backbone;
  private final DType type;
  private final Team team;
  private final Arena parameterMemory = new Arena(1 << 20);
  private final Arena featureMemory = new Arena(SLAB);
  private final Map<Size, TrainingPlan> trainingPlans = new LinkedHashMap<>();
  private final Map<Size, InferencePlan> inferencePlans = new LinkedHashMap<>();
  private final Map<ConvNorm, LayerParameters> parameters = new HashMap<>();
  private final Map<ConvNorm, FoldedLayer> folded = new HashMap<>();
  private final List<Parameter> watched = new ArrayList<>();
  private List<Tensor> knownValues = List.of();
  private long foldedVersion = -1;
  private @Nullable TrainingPlan lastTraining;

  private record Size(int images, int height, int width) {}

  /**
   * An engine for {@code backbone}.
   *
   * @param type of the feature maps: float32 or bfloat16
   * @param threads that compute, at least 1
   */
  public OneDnnEngine(Backbone backbone, DType type, int threads) {
    this.backbone = backbone;
    this.type = type;
    this.team = new Team(threads);
    layers()
        .forEach(
            layer -> {
              watched.add(layer.conv().weight());
              watched.add(layer.norm().weight());
              watched.add(layer.norm().bias());
            });
  }

  private Stream<ConvNorm> layers() {
    return Stream.concat(
        Stream.of(backbone.stem()), backbone.units().stream().flatMap(OneDnnEngine::layers));
  }

  private static Stream<ConvNorm> layers(ResidualUnit unit) {
    return Stream.concat(unit.branch().stream(), Stream.ofNullable(unit.projection()));
  }

  @Override
  public Backbone.Taps forward(Tensor images, Pass pass) {
    forgetMovedParameters();
    Size size =
        new Size(
            Math.toIntExact(images.size(0)),
            Math.toIntExact(images.size(2)),
            Math.toIntExact(images.size(3)));
    if (pass == Pass.EVALUATION) {
      return evaluate(images, size);
    }
    TrainingPlan plan = trainingPlan(size);
    copy(images, plan.images());
    team.run(plan::forward);
    foldedVersion = -1; // the running statistics have moved
    lastTraining = plan;
    Tensor exit = tensor(plan.exit());
    Tensor entry = tensor(plan.entry());
    if (pass == Pass.TRAINING) {
      exit.requireGradient();
      entry.requireGradient();
    }
    return new Backbone.Taps(entry, exit);
  }

  private Backbone.Taps evaluate(Tensor images, Size size) {
    InferencePlan plan = inferencePlan(size);
    copy(images, plan.images());
    long version = version();
    if (version != foldedVersion) {
      List<FoldedLayer> all = List.copyOf(folded.values());
      team.run(
          worker -> {
            for (int i = worker.index(); i < all.size(); i += team.size()) {
              all.get(i).fold(worker);
            }
          });
      foldedVersion = version;
    }
    team.run(plan::run);
    return new Backbone.Taps(tensor(plan.entry()), tensor(plan.exit()));
  }

  /** Changes whenever libtorch has changed a parameter or a running statistic. */
  private long version() {
    return layers()
        .mapToLong(
            layer ->
                layer.conv().weight().value().version()
                    + layer.norm().weight().value().version()
                    + layer.norm().bias().value().version()
                    + layer.norm().runningMean().version()
                    + layer.norm().runningVariance().version())
        .sum();
  }

  @Override
  public void backward(Backbone.Taps taps) {
    TrainingPlan plan = Objects.requireNonNull(lastTraining, "backward before forward");
    gradient(taps.o2(), plan.exitGradient());
    gradient(taps.o1(), plan.entryGradient());
    team.run(plan::backward);
    lastTraining = null;
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
    Maps maps = map.maps();
    return Tensor.over(
        map.bytes(), maps.type(), maps.images(), maps.channels(), maps.height(), maps.width());
  }

  private TrainingPlan trainingPlan(Size size) {
    return plan(
        trainingPlans,
        size,
        primitives ->
            new TrainingPlan(
                backbone,
                this::parameters,
                chunks(size, CHUNK_BYTES),
                size.height(),
                size.width(),
                type,
                featureMemory,
                primitives));
  }

  private InferencePlan inferencePlan(Size size) {
    return plan(
        inferencePlans,
        size,
        primitives ->
            new InferencePlan(
                backbone,
                this::folded,
                chunks(size, EVALUATION_CHUNK_BYTES),
                size.height(),
                size.width(),
                type,
                featureMemory,
                primitives));
  }

  private Chunks chunks(Size size, int chunkBytes) {
    long bytes = (long) STEM_CHANNELS * size.height() * size.width() * type.bytes();
    int share = (size.images() + LEAST_CHUNKS - 1) / LEAST_CHUNKS;
    int images = (int) Math.max(1, Math.min(chunkBytes / bytes, share));
    return new Chunks(size.images(), images, team.size());
  }

  private <P> P plan(Map<Size, P> plans, Size size, Function<Primitives, P> make) {
    P known = plans.get(size);
    if (known == null) {
      List<P> made = new ArrayList<>();
      featureMemory.rewind();
      team.run(
          worker -> {
            if (worker.index() == 0) {
              made.add(make.apply(worker.primitives()));
            }
          });
      known = made.get(0);
      plans.put(size, known);
      foldedVersion = -1;
    }
    return known;
  }

  private LayerParameters parameters(ConvNorm layer) {
    return parameters.computeIfAbsent(layer, key -> new LayerParameters(key, parameterMemory));
  }

  private FoldedLayer folded(ConvNorm layer) {
    return folded.computeIfAbsent(layer, key -> new FoldedLayer(parameters(key), parameterMemory));
  }

  /** An optimiser moves parameters into a buffer of its own when it is made. */
  private void forgetMovedParameters() {
    List<Tensor> values = watched.stream().map(Parameter::value).toList();
    if (!values.equals(knownValues)) { // a tensor equals itself only
      trainingPlans.clear();
      inferencePlans.clear();
      parameters.clear();
      folded.clear();
      parameterMemory.rewind();
      knownValues = values;
    }
  }

  /**
   * How long the operations have run since this was last asked, in seconds of one thread: the
   * threads' mean.
   */
  public Map<Part, Double> takeSeconds() {
    Map<Part, Double> seconds = new EnumMap<>(Part.class);
    for (Map<Part, Long> ofOne : team.ask(Worker::takeNanos)) {
      ofOne.forEach((part, nanos) -> seconds.merge(part, nanos / 1e9 / team.size(), Double::sum));
    }
    return seconds;
  }

  @Override
  public void close() {
    team.run(Worker::close);
    team.close();
    featureMemory.close();
    parameterMemory.close();
  }
}
