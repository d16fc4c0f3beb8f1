package dev.softgate.onednn;

import dev.softgate.model.ConvNorm;
import dev.softgate.model.Leg;
import dev.softgate.model.ResidualUnit;
import dev.softgate.model.Unit;
import dev.softgate.onednn.Primitives.Epilogue;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A leg of a backbone in training for one batch size and image size: the order of the operations
 * and the memory of every intermediate. It is created once; a step allocates no native memory.
 */
final class TrainingPlan {

  private final Planning planning;
  private final Chunks chunks;
  private final Function<ConvNorm, LayerParameters> parameters;
  private final Canvas canvas;

  private final List<TrainingLayer> layers = new ArrayList<>();
  private final Map<Object, FeatureMap> shared = new HashMap<>();
  private final FeatureMap input;
  private final TrainingPiece first;
  private final List<TrainingUnit> units = new ArrayList<>();
  private final TrainingUnit entry;

  /**
   * Plans {@code leg}. Call it on a thread of the team.
   *
   * @param input the leg's input
   * @param frozenBelow whether the input needs no gradient, as it comes from frozen layers
   * @param parameters maps each layer to its parameters
   * @param canvas the canvas for weight gradients
   */
  TrainingPlan(
      Leg leg,
      FeatureMap input,
      boolean frozenBelow,
      Function<ConvNorm, LayerParameters> parameters,
      Planning planning,
      Canvas canvas) {
    this.canvas = canvas;
    this.parameters = parameters;
    this.planning = planning;
    this.chunks = planning.chunks();
    this.input = input;
    ConvNorm stem = EnginePlans.stem(leg);
    this.first =
        stem == null
            ? new TrainingPiece.Input(input, frozenBelow ? null : planning.map(input.maps()))
            : planStem(leg, stem, input.maps());
    int tapped = leg.additional().isEmpty() ? 0 : leg.shared().size();
    TrainingPiece last = first;
    for (Unit unit : leg.units()) {
      last = planUnit((ResidualUnit) unit, last, units.size() + 1 == tapped);
    }
    this.entry = units.get(leg.shared().size() - 1);
  }

  private TrainingPiece planStem(Leg leg, ConvNorm source, FeatureMaps images) {
    TrainingLayer layer = layer(source, images, "stem", true, null);
    MaxPooling pooling = MaxPooling.of(leg, layer.maps());
    FeatureMaps maps = pooling == null ? layer.maps() : pooling.output();
    return new TrainingStem(
        layer,
        input,
        chunks,
        pooling == null ? null : new TrainingStem.Pooling(pooling, planning),
        planning.map(maps),
        shared("output gradient", maps));
  }

  private TrainingLayer layer(
      ConvNorm source,
      FeatureMaps maps,
      String place,
      boolean relu,
      @Nullable Epilogue inputGradient) {
    LayerParameters own = parameters.apply(source);
    ConvolutionShape shape = own.shape(maps);
    FeatureMap gradient = shared("gradient, " + place, planning.output(shape));
    TrainingLayer layer =
        new TrainingLayer(planning, own, shape, gradient, relu, inputGradient, canvas);
    layers.add(layer);
    return layer;
  }

  /** Returns memory that layers of one shape use one after the other. */
  private FeatureMap shared(String use, FeatureMaps maps) {
    return shared.computeIfAbsent(maps.key(use), key -> planning.map(maps));
  }

  private TrainingPiece planUnit(ResidualUnit source, TrainingPiece before, boolean tapped) {
    FeatureMaps input = before.output().maps();
    List<TrainingLayer> branch = new ArrayList<>();
    List<FeatureMap> hidden = new ArrayList<>();
    FeatureMaps maps = input;
    boolean frozenBelow = before.outputGradient() == null;
    int count = source.branch().size();
    for (int i = 0; i < count; i++) {
      boolean relu = i + 1 < count;
      Epilogue inputGradient =
          i > 0 ? Epilogue.NONE : frozenBelow ? null : Epilogue.ADD; // null: no gradient
      TrainingLayer layer = layer(source.branch().get(i), maps, "layer " + i, relu, inputGradient);
      branch.add(layer);
      maps = layer.maps();
      if (relu) {
        hidden.add(planning.map(maps));
      }
    }
    ConvNorm projection = source.projection();
    TrainingUnit unit =
        new TrainingUnit(
            before,
            branch,
            hidden,
            projection == null
                ? null
                : layer(projection, input, "projection", false, frozenBelow ? null : Epilogue.NONE),
            source.pads() ? Padding.of(source) : null,
            chunks,
            planning.map(maps),
            shared("output gradient", maps),
            ChannelMasks.of(source, planning, maps),
            tapped ? planning.map(maps) : null);
    units.add(unit);
    return unit;
  }

  /** Returns the leg's input in the compute type: the images, or the mix before this leg. */
  FeatureMap input() {
    return input;
  }

  /**
   * Returns the gradient of {@link #input} for a leg without stem; null if frozen layers come
   * before.
   */
  @Nullable FeatureMap inputGradient() {
    return first.outputGradient();
  }

  /** Returns o1 in the compute type. */
  FeatureMap entry() {
    return entry.output();
  }

  /** Returns o2 in the compute type. */
  FeatureMap exit() {
    return last().output();
  }

  /**
   * Returns the memory for the part of o1's gradient that bypasses the additional units; null if
   * there are none.
   */
  @Nullable FeatureMap entryGradient() {
    return entry.tapGradient();
  }

  /** Returns the memory for o2's gradient; the backward pass overwrites it. */
  FeatureMap exitGradient() {
    return last().outputGradient(); // of a unit, which has one
  }

  private TrainingUnit last() {
    return units.get(units.size() - 1);
  }

  /** Copies the owned channels' masks for the pass that begins; call it before the team starts. */
  void takeMasks() {
    units.forEach(TrainingUnit::takeMasks);
  }

  /** Runs the forward pass on this thread's share. */
  void forward(Worker worker) {
    for (int i = worker.index(); i < layers.size(); i += chunks.threads()) {
      layers.get(i).parameters.refresh(worker);
    }
    worker.meet();
    first.forward(worker);
    for (TrainingUnit unit : units) {
      unit.forward(worker);
    }
    for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
      last().produce(worker, c);
    }
    worker.meet();
  }

  /** Runs the backward pass on this thread's share and adds to the parameters' gradients. */
  void backward(Worker worker) {
    for (int c = chunks.from(worker.index()); c < chunks.to(worker.index()); c++) {
      last().enterBackward(worker, c);
    }
    Runnable left = () -> {}; // a loop instead of recursion: the depth has no limit
    for (int i = units.size() - 1; i >= 0; i--) {
      left = units.get(i).backward(worker, left);
    }
    first.backward(worker, left).run();
    worker.meet();
    for (int i = worker.index(); i < layers.size(); i += chunks.threads()) {
      layers.get(i).sumWeightGradients(worker);
    }
    worker.meet();
  }
}
