package dev.softgate.onednn;

import dev.softgate.model.ConvNorm;
import dev.softgate.model.Leg;
import dev.softgate.model.ResidualUnit;
import dev.softgate.model.Unit;
import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.torch.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A leg of a backbone in evaluation for one batch size and image size. Batch norms are folded into
 * the convolutions, ReLU and the addition into their last step, and each chunk of images runs
 * through the whole depth before the next one starts, so that no feature map leaves the caches.
 */
final class InferencePlan {

  private final Chunks chunks;
  private final DType type;
  private final Function<ConvNorm, FoldedLayer> layers;
  private final Primitives primitives;
  private final FeatureMap input;
  private final @Nullable Step stem;
  private final List<PlannedUnit> sharedUnits = new ArrayList<>();
  private final List<PlannedUnit> additionalUnits = new ArrayList<>();
  private final FeatureMap entry;
  private final FeatureMap exit;

  /** A folded layer where it stands, with its weights as each chunk's primitive wants them. */
  private record Step(ConvolutionShape shape, Epilogue epilogue, List<Block> weights, Block bias) {}

  private record PlannedUnit(
      List<Step> branch, @Nullable Step projection, @Nullable Padding padding, Maps input) {}

  /**
   * Plans {@code leg}; on a thread of the team. The layers must be folded afterwards.
   *
   * @param input shape of what goes in
   */
  InferencePlan(
      Leg leg,
      Maps input,
      Function<ConvNorm, FoldedLayer> layers,
      Chunks chunks,
      Arena arena,
      Primitives primitives) {
    this.chunks = chunks;
    this.type = input.type();
    this.layers = layers;
    this.primitives = primitives;
    this.input = new FeatureMap(arena, input, chunks);
    ConvNorm first = OneDnnEngine.stem(leg);
    this.stem =
        first == null ? null : step(first, input.height(), input.width(), Epilogue.BIAS_RELU);
    Maps maps = stem == null ? input : output(stem);
    for (Unit unit : leg.shared()) {
      maps = plan((ResidualUnit) unit, maps, sharedUnits);
    }
    for (Unit unit : leg.additional()) {
      maps = plan((ResidualUnit) unit, maps, additionalUnits);
    }
    this.entry = new FeatureMap(arena, maps, chunks);
    this.exit = additionalUnits.isEmpty() ? entry : new FeatureMap(arena, maps, chunks);
  }

  private Maps output(Step step) {
    return Maps.output(step.shape(), chunks.images(), type);
  }

  private Maps plan(ResidualUnit source, Maps input, List<PlannedUnit> to) {
    List<Step> branch = new ArrayList<>();
    Maps maps = input;
    int count = source.branch().size();
    for (int i = 0; i < count; i++) {
      boolean last = i + 1 == count;
      Step step =
          step(
              source.branch().get(i),
              maps.height(),
              maps.width(),
              last ? Epilogue.BIAS_ADD_RELU : Epilogue.BIAS_RELU);
      branch.add(step);
      maps = output(step);
    }
    ConvNorm projection = source.projection();
    to.add(
        new PlannedUnit(
            branch,
            projection == null
                ? null
                : step(projection, input.height(), input.width(), Epilogue.BIAS),
            source.pads() ? Padding.of(source) : null,
            input));
    return maps;
  }

  private Step step(ConvNorm source, int height, int width, Epilogue epilogue) {
    FoldedLayer layer = layers.apply(source);
    ConvolutionShape shape = layer.parameters().shape(height, width);
    List<Block> weights = new ArrayList<>();
    for (int c = 0; c < chunks.count(); c++) {
      weights.add(
          layer.inLayout(primitives.convolution(shape, chunks.size(c), type, epilogue).weights()));
    }
    return new Step(shape, epilogue, weights, layer.bias().block());
  }

  /** Where the images go, or the mix before this leg, in the compute type. */
  FeatureMap input() {
    return input;
  }

  /** o1, in the compute type. */
  FeatureMap entry() {
    return entry;
  }

  /** o2, in the compute type. */
  FeatureMap exit() {
    return exit;
  }

  /** The forward pass on this thread's share. */
  void run(Worker worker) {
    for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
      long stream = input.chunk(c);
      if (stem != null) {
        stream = scratch(worker, "stream", stem, c);
        run(worker, stem, c, input.chunk(c), stream);
      }
      for (PlannedUnit unit : sharedUnits) {
        stream = run(worker, unit, c, stream);
      }
      copy(worker, c, stream, entry.chunk(c));
      if (!additionalUnits.isEmpty()) {
        copy(worker, c, stream, exit.chunk(c));
      }
      for (PlannedUnit unit : additionalUnits) {
        run(worker, unit, c, exit.chunk(c));
      }
    }
  }

  /** relu(F(x) + shortcut(x)), in place of x where the shortcut is x itself. */
  private long run(Worker worker, PlannedUnit unit, int chunk, long stream) {
    long x = stream;
    long result = stream;
    if (unit.projection() != null) {
      result = scratch(worker, "stream", unit.projection(), chunk);
      run(worker, unit.projection(), chunk, x, result);
    } else if (unit.padding() != null) {
      Maps maps = unit.input().of(chunks.size(chunk));
      Block padded = worker.scratch("stream", unit.padding().output(maps));
      unit.padding().forward(worker, maps, x, padded);
      result = padded.handle();
    }
    int last = unit.branch().size() - 1;
    for (int i = 0; i < last; i++) {
      Step step = unit.branch().get(i);
      long hidden = scratch(worker, "hidden " + i, step, chunk);
      run(worker, step, chunk, x, hidden);
      x = hidden;
    }
    run(worker, unit.branch().get(last), chunk, x, result);
    return result;
  }

  private void run(Worker worker, Step step, int chunk, long source, long destination) {
    worker
        .primitives()
        .convolution(step.shape(), chunks.size(chunk), type, step.epilogue())
        .call()
        .run(source, step.weights().get(chunk).handle(), step.bias().handle(), destination);
  }

  private long scratch(Worker worker, String use, Step step, int chunk) {
    return worker.scratch(use, output(step).of(chunks.size(chunk))).handle();
  }

  private void copy(Worker worker, int chunk, long from, long to) {
    worker.primitives().copy(entry.maps().of(chunks.size(chunk))).run(from, to);
  }
}
