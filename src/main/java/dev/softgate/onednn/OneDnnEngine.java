package dev.softgate.onednn;

import dev.softgate.model.Architecture;
import dev.softgate.model.Backbone;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ConvNorm;
import dev.softgate.model.Leg;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.Pass;
import dev.softgate.model.ResidualUnit;
import dev.softgate.model.Stem;
import dev.softgate.torch.DType;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
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
 * same number of threads and the same {@link Canvas}.
 *
 * <p>One thread computes at a time; others wait. A forward pass from the first leg on ends the one
 * before it: its taps are overwritten, and {@link #backward} of it is refused.
 */
public final class OneDnnEngine implements BackboneEngine {

  /** Of the stem's output for a chunk: so that a few of its feature maps fit a core's cache. */
  private static final int CHUNK_BYTES = 1 << 19;

  /**
   * In evaluation a chunk is a long piece of work, and at the end threads wait for the last one.
   */
  private static final int EVALUATION_CHUNK_BYTES = 1 << 18;

  private static final int IMAGE_CHANNELS = 3;
  private static final long SLAB = 64L << 20;

  private final Backbone backbone;
  private final DType type;
  private final Supplier<Canvas> canvas;
  private final long stemChannels;
  private final Team team;
  private final Arena parameterMemory = new Arena(1 << 20);
  private final Arena featureMemory = new Arena(SLAB);
  private final Map<Size, List<TrainingPlan>> trainingPlans = new LinkedHashMap<>(); // one a leg
  private final Map<Size, List<InferencePlan>> inferencePlans = new LinkedHashMap<>();
  private final Map<ConvNorm, LayerParameters> parameters = new HashMap<>();
  private final Map<ConvNorm, FoldedLayer> folded = new LinkedHashMap<>(); // each its thread's
  private final List<Parameter> watched = new ArrayList<>();
  private List<Tensor> knownValues = List.of();
  private long foldedVersion = -1;
  private List<TrainingPlan> training = List.of(); // of the last forward pass
  private List<InferencePlan> inference = List.of();
  private final Set<Backbone.Taps> awaited = Collections.newSetFromMap(new IdentityHashMap<>());
  private boolean closed;

  private record Size(int images, int height, int width) {}

  /**
   * An engine for {@code backbone}.
   *
   * @param type of the feature maps: float32 or bfloat16
   * @param threads that compute, at least 1
   * @param canvas on which the gradients of weights are computed; asked when first needed
   */
  public OneDnnEngine(Backbone backbone, DType type, int threads, Supplier<Canvas> canvas) {
    this.backbone = backbone;
    this.type = type;
    this.canvas = canvas;
    this.stemChannels =
        Objects.requireNonNull(backbone.legs().get(0).stem()).conv().weight().value().size(0);
    this.team = new Team(threads);
    layers()
        .forEach(
            layer -> {
              watched.add(layer.conv().weight());
              watched.add(layer.norm().weight());
              watched.add(layer.norm().bias());
            });
  }

  /**
   * Whether this engine runs networks of that kind: all but pre-activation ones and those with
   * gates in their units.
   */
  public static boolean runs(ModelSpec spec) {
    return spec.arch() != Architecture.PRERESNET && !spec.gatedInUnits();
  }

  /** Whether this processor has what oneDNN needs for feature maps of that type. */
  public static boolean computes(DType type) {
    return type != DType.BFLOAT16 || TorchRuntime.hasAvx512();
  }

  /** The first layer of a leg; null of all legs but the first. */
  static @Nullable ConvNorm stem(Leg leg) {
    Stem stem = leg.stem();
    return stem == null
        ? null
        : new ConvNorm(stem.conv(), Objects.requireNonNull(stem.norm(), "a stem without norm"));
  }

  private Stream<ConvNorm> layers() {
    return backbone.legs().stream()
        .flatMap(
            leg ->
                Stream.concat(
                    Stream.ofNullable(stem(leg)),
                    leg.units().stream().flatMap(unit -> layers((ResidualUnit) unit))));
  }

  private static Stream<ConvNorm> layers(ResidualUnit unit) {
    return Stream.concat(unit.branch().stream(), Stream.ofNullable(unit.projection()));
  }

  @Override
  public synchronized Backbone.Taps forward(Leg leg, Tensor input, Pass pass) {
    return pass == Pass.EVALUATION ? evaluate(leg, input) : train(leg, input, pass);
  }

  private Backbone.Taps train(Leg leg, Tensor input, Pass pass) {
    if (leg.index() == 0) {
      begin();
      awaited.clear();
      training = trainingPlans(size(input));
      foldedVersion = -1; // the running statistics move
    }
    TrainingPlan plan = under(training, leg);
    copy(input, plan.input());
    plan.takeMasks();
    team.run(plan::forward);
    Backbone.Taps taps = taps(leg, plan.entry(), plan.exit());
    if (pass == Pass.TRAINING) {
      taps.o2().requireGradient();
      taps.o1().requireGradient();
      awaited.add(taps);
    }
    return taps;
  }

  private Backbone.Taps evaluate(Leg leg, Tensor input) {
    if (leg.index() == 0) {
      begin();
      inference = inferencePlans(size(input));
      fold();
    }
    InferencePlan plan = under(inference, leg);
    copy(input, plan.input());
    plan.takeMasks();
    team.run(plan::run);
    return taps(leg, plan.entry(), plan.exit());
  }

  @Override
  public synchronized Tensor shared(Leg leg, Tensor input) {
    if (leg.index() == 0) {
      begin();
      inference = inferencePlans(size(input));
      prepareChoices();
      fold();
    }
    InferencePlan plan = under(inference, leg);
    copy(input, plan.input());
    plan.takeMasks();
    team.run(plan::runShared);
    return tensor(plan.entry());
  }

  /** Readies the plans in use for {@link #additional}, at the first of these passes. */
  private void prepareChoices() {
    if (inference.stream().allMatch(InferencePlan::choosesImages)) {
      return;
    }
    for (InferencePlan plan : inference) {
      team.run(plan::prepareChoice);
    }
    foldedVersion = -1; // their weights may stand in layouts that are new
  }

  @Override
  public synchronized Tensor additional(Leg leg, Tensor o1, int[] images) {
    InferencePlan plan = under(inference, leg);
    FeatureMaps maps = plan.entry().maps();
    if (o1.size(0) != maps.images()) {
      throw new IllegalArgumentException(
          "%d images instead of the %d of this pass".formatted(o1.size(0), maps.images()));
    }
    if (images.length < 1 || images.length > maps.images()) {
      throw new IndexOutOfBoundsException(images.length + " of " + maps.images() + " images");
    }
    for (int image : images) {
      Objects.checkIndex(image, maps.images());
    }
    Chunks parts = plan.chunksOf(images.length);
    team.run(worker -> plan.runAdditional(worker, images, parts));
    return tensor(plan.exit(), images.length);
  }

  /** Folds the batch norms anew where something has changed them. */
  private void fold() {
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
  }

  private static Backbone.Taps taps(Leg leg, FeatureMap entry, FeatureMap exit) {
    Tensor o2 = tensor(exit);
    return new Backbone.Taps(leg.additional().isEmpty() ? o2 : tensor(entry), o2, List.of());
  }

  private static Size size(Tensor images) {
    if (images.size(0) < 1 || images.size(2) < 1 || images.size(3) < 1) {
      throw new IllegalArgumentException(
          "%d images of %d×%d pixels".formatted(images.size(0), images.size(2), images.size(3)));
    }
    return new Size(
        Math.toIntExact(images.size(0)),
        Math.toIntExact(images.size(2)),
        Math.toIntExact(images.size(3)));
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
  public synchronized @Nullable Tensor backward(Leg leg, Backbone.Taps taps) {
    TrainingPlan plan = under(training, leg);
    if (!awaited.remove(taps)) {
      throw new IllegalStateException("these taps' pass is over, or has gone back already");
    }
    gradient(taps.o2(), plan.exitGradient());
    if (!leg.additional().isEmpty()) {
      gradient(taps.o1(), plan.entryGradient());
    }
    team.run(plan::backward);
    return leg.index() == 0 ? null : tensor(plan.inputGradient());
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

  /** The first {@code images} of the maps. */
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

  private List<TrainingPlan> trainingPlans(Size size) {
    return plans(
        trainingPlans,
        size,
        primitives -> {
          List<TrainingPlan> plans = new ArrayList<>();
          Canvas chosen = canvas.get();
          FeatureMaps input = images(size);
          for (Leg leg : backbone.legs()) {
            plans.add(
                new TrainingPlan(
                    leg,
                    input,
                    this::parameters,
                    chunks(size, CHUNK_BYTES),
                    chosen,
                    featureMemory,
                    primitives));
            input = plans.get(leg.index()).exit().maps();
          }
          return plans;
        });
  }

  private List<InferencePlan> inferencePlans(Size size) {
    return plans(
        inferencePlans,
        size,
        primitives -> {
          List<InferencePlan> plans = new ArrayList<>();
          FeatureMaps input = images(size);
          for (Leg leg : backbone.legs()) {
            plans.add(
                new InferencePlan(
                    leg,
                    input,
                    this::folded,
                    chunks(size, EVALUATION_CHUNK_BYTES),
                    featureMemory,
                    primitives));
            input = plans.get(leg.index()).exit().maps();
          }
          return plans;
        });
  }

  private FeatureMaps images(Size size) {
    return new FeatureMaps(type, size.images(), IMAGE_CHANNELS, size.height(), size.width());
  }

  private Chunks chunks(Size size, int chunkBytes) {
    long bytes = stemChannels * size.height() * size.width() * type.bytes();
    return Chunks.of(size.images(), (int) Math.min(chunkBytes / bytes, size.images()), team.size());
  }

  /** The plans for a size, all legs' in memory of their own, sizes in the same. */
  private <P> List<P> plans(
      Map<Size, List<P>> known, Size size, Function<Primitives, List<P>> make) {
    List<P> found = known.get(size);
    if (found != null) {
      return found;
    }
    List<P> made = new ArrayList<>();
    featureMemory.rewind();
    team.run(
        worker -> {
          if (worker.index() == 0) {
            made.addAll(make.apply(worker.primitives()));
          }
        });
    known.put(size, made);
    foldedVersion = -1;
    return made;
  }

  private LayerParameters parameters(ConvNorm layer) {
    return parameters.computeIfAbsent(layer, key -> new LayerParameters(key, parameterMemory));
  }

  private FoldedLayer folded(ConvNorm layer) {
    return folded.computeIfAbsent(layer, key -> new FoldedLayer(parameters(key), parameterMemory));
  }

  /** All passes share their memory, so the one that begins ends those before it. */
  private void begin() {
    if (closed) {
      throw new IllegalStateException("the engine is closed");
    }
    training = List.of();
    inference = List.of();
    forgetMovedParameters();
  }

  private static <P> P under(List<P> pass, Leg leg) {
    if (pass.isEmpty()) {
      throw new IllegalStateException("no such pass is under way");
    }
    return pass.get(leg.index());
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
   * What the operations have cost since this was last asked: the seconds are the threads' mean, the
   * bytes those of all threads.
   */
  public synchronized Map<OperationKind, OperationCost> takeWork() {
    Map<OperationKind, OperationCost> all = new EnumMap<>(OperationKind.class);
    for (Map<OperationKind, OperationCost> ofOne : team.ask(Worker::takeWork)) {
      ofOne.forEach(
          (part, work) ->
              all.merge(
                  part,
                  new OperationCost(work.seconds() / team.size(), work.bytes()),
                  OperationCost::plus));
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
    trainingPlans.clear();
    inferencePlans.clear();
    team.close();
    featureMemory.close();
    parameterMemory.close();
  }
}
