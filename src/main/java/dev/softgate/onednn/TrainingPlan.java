package dev.softgate.onednn;

import dev.softgate.model.ConvNorm;
import dev.softgate.model.Leg;
import dev.softgate.model.ResidualUnit;
import dev.softgate.model.Unit;
import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.torch.DType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A leg of a backbone in training for one batch size and image size: what runs in which order, and
 * where every intermediate lies. Made once; a step takes no native memory.
 */
final class TrainingPlan {

  private final Chunks chunks;
  private final Arena arena;
  private final Primitives primitives;
  private final Function<ConvNorm, LayerParameters> parameters;
  private final DType type;
  private final Canvas canvas;

  private final List<TrainingLayer> layers = new ArrayList<>();
  private final Map<Object, FeatureMap> shared = new HashMap<>();
  private final FeatureMap input;
  private final TrainingPiece first;
  private final List<TrainingUnit> units = new ArrayList<>();
  private final TrainingUnit entry;
  private final FeatureMap entryGradient;

  /**
   * Plans {@code leg}; on a thread of the team.
   *
   * @param input shape of what goes in
   * @param parameters of each layer
   * @param canvas on which the gradients of weights are computed
   */
  TrainingPlan(
      Leg leg,
      FeatureMaps input,
      Function<ConvNorm, LayerParameters> parameters,
      Chunks chunks,
      Canvas canvas,
      Arena arena,
      Primitives primitives) {
    this.canvas = canvas;
    this.parameters = parameters;
    this.chunks = chunks;
    this.arena = arena;
    this.primitives = primitives;
    this.type = input.type();
    this.input = map(input);
    ConvNorm stem = OneDnnEngine.stem(leg);
    this.first = stem == null ? new TrainingInput(this.input, map(input)) : planStem(stem, input);
    TrainingPiece last = first;
    for (Unit unit : leg.shared()) {
      last = planUnit((ResidualUnit) unit, last);
    }
    this.entry = units.get(units.size() - 1);
    for (Unit unit : leg.additional()) {
      last = planUnit((ResidualUnit) unit, last);
    }
    this.entryGradient = map(entry.outputGradient().maps());
    if (entry != last) {
      entry.addTapGradient(entryGradient);
    }
  }

  private FeatureMap map(FeatureMaps maps) {
    return new FeatureMap(arena, maps, chunks);
  }

  /** Memory that layers of one shape share, which use it one after the other. */
  private FeatureMap shared(String use, FeatureMaps maps) {
    return shared.computeIfAbsent(maps.key(use), key -> map(maps));
  }

  private TrainingPiece planStem(ConvNorm source, FeatureMaps images) {
    LayerParameters stemParameters = parameters.apply(source);
    ConvolutionShape shape = stemParameters.shape(images.height(), images.width());
    TrainingLayer layer = layer(stemParameters, shape, "stem", true, null);
    FeatureMaps maps = FeatureMaps.output(shape, chunks.images(), type);
    return new TrainingStem(layer, input, chunks, map(maps), outputGradient(maps));
  }

  private FeatureMap outputGradient(FeatureMaps maps) {
    return shared("output gradient", maps);
  }

  private TrainingLayer layer(
      LayerParameters layerParameters,
      ConvolutionShape shape,
      String place,
      boolean relu,
      @Nullable Epilogue inputGradient) {
    TrainingLayer layer =
        new TrainingLayer(
            layerParameters,
            shape,
            chunks,
            arena,
            type,
            shared("gradient, " + place, FeatureMaps.output(shape, chunks.images(), type)),
            relu,
            inputGradient,
            canvas,
            primitives);
    layers.add(layer);
    return layer;
  }

  private TrainingPiece planUnit(ResidualUnit source, TrainingPiece before) {
    FeatureMaps input = before.output().maps();
    List<TrainingLayer> branch = new ArrayList<>();
    List<FeatureMap> hidden = new ArrayList<>();
    FeatureMaps maps = input;
    int count = source.branch().size();
    for (int i = 0; i < count; i++) {
      LayerParameters own = parameters.apply(source.branch().get(i));
      ConvolutionShape shape = own.shape(maps.height(), maps.width());
      boolean relu = i + 1 < count;
      Epilogue inputGradient = i == 0 ? Epilogue.ADD : Epilogue.NONE;
      branch.add(layer(own, shape, "layer " + i, relu, inputGradient));
      maps = FeatureMaps.output(shape, chunks.images(), type);
      if (relu) {
        hidden.add(map(maps));
      }
    }
    ConvNorm sourceProjection = source.projection();
    TrainingLayer projection = null;
    if (sourceProjection != null) {
      LayerParameters own = parameters.apply(sourceProjection);
      projection =
          layer(own, own.shape(input.height(), input.width()), "projection", false, Epilogue.NONE);
    }
    TrainingUnit unit =
        new TrainingUnit(
            before,
            branch,
            hidden,
            projection,
            source.pads() ? Padding.of(source) : null,
            chunks,
            map(maps),
            outputGradient(maps),
            ChannelMasks.of(source, arena, maps, chunks));
    units.add(unit);
    return unit;
  }

  /** Where the images go, or the mix before this leg, in the compute type. */
  FeatureMap input() {
    return input;
  }

  /** The gradient of {@link #input}, of a leg without stem. */
  FeatureMap inputGradient() {
    return first.outputGradient();
  }

  /** o1, in the compute type. */
  FeatureMap entry() {
    return entry.output();
  }

  /** o2, in the compute type. */
  FeatureMap exit() {
    return last().output();
  }

  /** Where the gradient of o1 goes that does not come through the units behind. */
  FeatureMap entryGradient() {
    return entryGradient;
  }

  /** Where the gradient of o2 goes; the backward pass works in it. */
  FeatureMap exitGradient() {
    return last().outputGradient();
  }

  private TrainingUnit last() {
    return units.get(units.size() - 1);
  }

  /** Copies the owned channels' masks for the pass that begins; call it before the team starts. */
  void takeMasks() {
    units.forEach(TrainingUnit::takeMasks);
  }

  /** The forward pass on this thread's share. */
  void forward(Worker worker) {
    refresh(worker);
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

  private void refresh(Worker worker) {
    for (int i = worker.index(); i < layers.size(); i += chunks.threads()) {
      layers.get(i).parameters().refresh(worker);
    }
  }

  /** The backward pass on this thread's share; adds to the parameters' gradients. */
  void backward(Worker worker) {
    for (int c = chunks.from(worker.index()); c < chunks.to(worker.index()); c++) {
      last().enterBackward(worker, c);
    }
    Runnable left = () -> {}; // a loop, no unit calls the one before: depth has no limit
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
