package dev.softgate.onednn;

import dev.softgate.model.Backbone;
import dev.softgate.model.ConvNorm;
import dev.softgate.model.Leg;
import dev.softgate.model.ResidualUnit;
import dev.softgate.model.Stem;
import dev.softgate.torch.DType;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An engine's plans by batch size and image size, and the copies of the parameters that they use.
 * The legs of one size have separate memory; different sizes share it.
 */
final class EnginePlans implements AutoCloseable {

  /** The stem's output of one chunk: a few such feature maps fit a core's cache. */
  private static final int CHUNK_BYTES = 1 << 19;

  /**
   * Smaller than in training: an evaluation chunk runs through the whole leg, and at the end
   * threads wait for the last chunk.
   */
  private static final int EVALUATION_CHUNK_BYTES = 1 << 18;

  /**
   * The images of an evaluation chunk where not even one fits the cache: as many as make reading a
   * late layer's weights cheap. See {@link InferencePart} for the early layers.
   */
  private static final int LARGE_IMAGES = 8;

  private static final int IMAGE_CHANNELS = 3;
  private static final long SLAB = 64L << 20;

  private final Backbone backbone;
  private final DType type;
  private final Team team;
  private final Supplier<Canvas> canvas;
  private @Nullable Team one; // for few large images; null until there are
  private final Arena parameterMemory = new Arena(1 << 20);
  private final Arena featureMemory = new Arena(SLAB);
  private final Map<Size, List<LegTraining>> training = new LinkedHashMap<>();
  private final Map<Size, List<InferencePlan>> inference = new LinkedHashMap<>();
  private final Map<ConvNorm, LayerParameters> parameters = new HashMap<>();
  private final Map<ConvNorm, FoldedLayer> folded = new LinkedHashMap<>();
  private List<Tensor> knownValues = List.of();

  private record Size(int images, int height, int width) {

    Size(Tensor images) {
      this(length(images, 0), length(images, 2), length(images, 3));
      if (this.images < 1 || height < 1 || width < 1) {
        throw new IllegalArgumentException(
            "invalid input: %d images of %d×%d pixels".formatted(this.images, height, width));
      }
    }

    private static int length(Tensor tensor, int dimension) {
      return Math.toIntExact(tensor.size(dimension));
    }
  }

  EnginePlans(Backbone backbone, DType type, Team team, Supplier<Canvas> canvas) {
    this.backbone = backbone;
    this.type = type;
    this.team = team;
    this.canvas = canvas;
  }

  /** Returns the training plans for a batch, one per leg. */
  List<LegTraining> training(Tensor images) {
    Size size = new Size(images);
    return plans(
        training,
        size,
        team,
        Math.max(1, CHUNK_BYTES / stemBytes(size)),
        (leg, input, planning) ->
            LegTraining.plan(leg, input, this::parameters, this::folded, planning, canvas),
        LegTraining::exit);
  }

  /** Returns the evaluation plans for a batch, one per leg. */
  List<InferencePlan> inference(Tensor images) {
    Size size = new Size(images);
    long fitting = EVALUATION_CHUNK_BYTES / stemBytes(size);
    boolean large = fitting == 0;
    return plans(
        inference,
        size,
        large && 2 * size.images() <= team.size() ? one() : team,
        large ? Math.min(LARGE_IMAGES, size.images() / (2 * team.size())) : fitting,
        (leg, input, planning) -> new InferencePlan(leg, input, this::folded, planning),
        InferencePlan::exit);
  }

  private interface Planner<P> {
    P plan(Leg leg, FeatureMaps input, Planning planning);
  }

  private <P> List<P> plans(
      Map<Size, List<P>> known,
      Size size,
      Team threads,
      long most,
      Planner<P> planner,
      Function<P, FeatureMap> exit) {
    List<P> found = known.get(size);
    if (found != null) {
      return found;
    }
    Chunks chunks = Chunks.of(size.images(), (int) Math.min(most, size.images()), threads.size());
    List<P> made = new ArrayList<>();
    featureMemory.rewind();
    threads.run(
        worker -> {
          if (worker.index() == 0) {
            Planning planning =
                new Planning(threads, chunks, type, featureMemory, worker.primitives());
            FeatureMaps input =
                new FeatureMaps(type, size.images(), IMAGE_CHANNELS, size.height(), size.width());
            for (Leg leg : backbone.legs()) {
              made.add(planner.plan(leg, input, planning));
              input = exit.apply(made.get(leg.index())).maps();
            }
          }
        });
    known.put(size, made);
    requireFold();
    return made;
  }

  /** Returns the size of one image's maps behind the stem, before it strides or pools. */
  private long stemBytes(Size size) {
    ConvNorm stem = Objects.requireNonNull(stem(backbone.legs().get(0)));
    long channels = stem.conv().weight().value().size(0);
    return channels * size.height() * size.width() * type.bytes();
  }

  private Team one() {
    if (one == null) {
      one = Team.ofOne(team.size());
    }
    return one;
  }

  /** Returns all teams, each with threads of its own. */
  List<Team> teams() {
    return one == null ? List.of(team) : List.of(team, one);
  }

  private LayerParameters parameters(ConvNorm layer) {
    return parameters.computeIfAbsent(layer, key -> new LayerParameters(key, parameterMemory));
  }

  private FoldedLayer folded(ConvNorm layer) {
    return folded.computeIfAbsent(layer, key -> new FoldedLayer(parameters(key), parameterMemory));
  }

  /** Makes the next {@link #fold} fold all layers: layouts change unseen. */
  void requireFold() {
    folded.values().forEach(FoldedLayer::requireFold);
  }

  /** Makes the next {@link #fold} fold what moves: a training pass changes statistics unseen. */
  void requireFoldOfMoving() {
    folded.values().stream()
        .filter(layer -> !layer.parameters.isFrozen())
        .forEach(FoldedLayer::requireFold);
  }

  /** Folds the batch norms of all layers that have changed. */
  void fold() {
    fold(layer -> true);
  }

  /** The same of the frozen layers alone. */
  void foldFrozen() {
    fold(layer -> layer.parameters.isFrozen());
  }

  private void fold(Predicate<FoldedLayer> chosen) {
    List<FoldedLayer> stale =
        folded.values().stream().filter(chosen).filter(FoldedLayer::isStale).toList();
    if (!stale.isEmpty()) {
      team.run(
          worker -> {
            for (int i = worker.index(); i < stale.size(); i += team.size()) {
              stale.get(i).fold(worker);
            }
          });
    }
  }

  /** Drops all plans if an optimizer, when created, has moved the parameters into its buffer. */
  void forgetMovedParameters() {
    List<Tensor> values =
        layers(backbone)
            .flatMap(l -> Stream.of(l.conv().weight(), l.norm().weight(), l.norm().bias()))
            .map(Parameter::value)
            .toList();
    if (!values.equals(knownValues)) { // a tensor equals only itself
      clear();
      parameterMemory.rewind();
      knownValues = values;
    }
  }

  private void clear() {
    training.clear();
    inference.clear();
    parameters.clear();
    folded.clear();
  }

  /** Ends the teams' threads and frees all memory. */
  @Override
  public void close() {
    teams().forEach(Team::close);
    clear();
    featureMemory.close();
    parameterMemory.close();
  }

  private static Stream<ConvNorm> layers(Backbone backbone) {
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

  /** Returns the first layer of the first leg; null for other legs. */
  static @Nullable ConvNorm stem(Leg leg) {
    Stem stem = leg.stem();
    return stem == null
        ? null
        : new ConvNorm(stem.conv(), Objects.requireNonNull(stem.norm(), "the stem has no norm"));
  }
}
