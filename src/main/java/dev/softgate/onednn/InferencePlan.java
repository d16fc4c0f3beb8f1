package dev.softgate.onednn;

import dev.softgate.model.ConvNorm;
import dev.softgate.model.Leg;
import dev.softgate.model.ResidualUnit;
import dev.softgate.model.Unit;
import dev.softgate.onednn.Primitives.Epilogue;
import dev.softgate.torch.DType;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A leg of a backbone in evaluation for one batch size and image size. Batch norms are folded into
 * the convolutions, ReLU and the addition into their last step, and each chunk of images runs
 * through the whole depth before the next one starts, so that no feature map leaves the caches.
 */
final class InferencePlan {

  private static final String CHOSEN = "chosen";

  private final Chunks chunks;
  private final Arena arena;
  private final DType type;
  private final Function<ConvNorm, FoldedLayer> layers;
  private final Primitives primitives;
  private final FeatureMap input;
  private final @Nullable Step stem;
  private final List<PlannedUnit> sharedUnits = new ArrayList<>();
  private final List<PlannedUnit> additionalUnits = new ArrayList<>();
  private final FeatureMap entry;
  private final FeatureMap exit;
  private @Nullable Windows windows; // of a plan that chooses images

  /**
   * A folded layer where it stands.
   *
   * @param weights as the primitive for so many images wants them, by that number
   */
  private record Step(
      ConvolutionShape shape,
      Epilogue epilogue,
      FoldedLayer layer,
      Map<Integer, MemoryBlock> weights,
      MemoryBlock bias) {

    MemoryBlock weightsFor(int images) {
      return Objects.requireNonNull(weights.get(images), "not planned for so many images");
    }

    /** Notes the weights' layout for so many images. */
    void plan(Primitives primitives, DType type, int images) {
      weights.computeIfAbsent(
          images,
          count -> layer.inLayout(primitives.convolution(shape, count, type, epilogue).weights()));
    }
  }

  private record PlannedUnit(
      List<Step> branch,
      @Nullable Step projection,
      @Nullable Padding padding,
      FeatureMaps input,
      @Nullable ChannelMasks masks,
      FeatureMaps output) {}

  /**
   * Plans {@code leg}; on a thread of the team. The layers must be folded afterwards.
   *
   * @param input shape of what goes in
   */
  InferencePlan(
      Leg leg,
      FeatureMaps input,
      Function<ConvNorm, FoldedLayer> layers,
      Chunks chunks,
      Arena arena,
      Primitives primitives) {
    this.chunks = chunks;
    this.type = input.type();
    this.layers = layers;
    this.primitives = primitives;
    this.arena = arena;
    this.input = new FeatureMap(arena, input, chunks);
    ConvNorm first = OneDnnEngine.stem(leg);
    this.stem =
        first == null ? null : step(first, input.height(), input.width(), Epilogue.BIAS_RELU);
    FeatureMaps maps = stem == null ? input : output(stem);
    for (Unit unit : leg.shared()) {
      maps = plan((ResidualUnit) unit, maps, sharedUnits);
    }
    for (Unit unit : leg.additional()) {
      maps = plan((ResidualUnit) unit, maps, additionalUnits);
    }
    this.entry = new FeatureMap(arena, maps, chunks);
    this.exit = additionalUnits.isEmpty() ? entry : new FeatureMap(arena, maps, chunks);
  }

  private FeatureMaps output(Step step) {
    return FeatureMaps.output(step.shape(), chunks.images(), type);
  }

  private FeatureMaps plan(ResidualUnit source, FeatureMaps input, List<PlannedUnit> to) {
    List<Step> branch = new ArrayList<>();
    FeatureMaps maps = input;
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
            input,
            ChannelMasks.of(source, arena, maps, chunks),
            maps));
    return maps;
  }

  private Step step(ConvNorm source, int height, int width, Epilogue epilogue) {
    FoldedLayer layer = layers.apply(source);
    ConvolutionShape shape = layer.parameters().shape(height, width);
    Step step = new Step(shape, epilogue, layer, new HashMap<>(), layer.bias().block());
    step.plan(primitives, type, chunks.size(0));
    step.plan(primitives, type, chunks.size(chunks.count() - 1));
    return step;
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

  /** Copies the owned channels' masks for the pass that begins; call it before the team starts. */
  void takeMasks() {
    for (PlannedUnit unit : sharedUnits) { // with owned channels all units are shared
      if (unit.masks() != null) {
        unit.masks().take();
      }
    }
  }

  /** The forward pass on this thread's share. */
  void run(Worker worker) {
    for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
      long stream = sharedUnits(worker, c);
      if (!additionalUnits.isEmpty()) {
        copy(worker, chunks.size(c), stream, exit.chunk(c));
        additionalUnits(worker, chunks.size(c), exit.chunk(c));
      }
    }
    worker.meet();
  }

  /** The forward pass up to o1 on this thread's share. */
  void runShared(Worker worker) {
    for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
      sharedUnits(worker, c);
    }
    worker.meet();
  }

  /** One chunk up to o1; returns where it still lies in the cache. */
  private long sharedUnits(Worker worker, int chunk) {
    int images = chunks.size(chunk);
    long stream = input.chunk(chunk);
    if (stem != null) {
      stream = scratch(worker, "stream", stem, images);
      run(worker, stem, images, input.chunk(chunk), stream);
    }
    for (PlannedUnit unit : sharedUnits) {
      stream = run(worker, unit, images, stream);
      if (unit.masks() != null) {
        unit.masks().apply(worker, unit.output().of(images), chunk, stream);
      }
    }
    copy(worker, images, stream, entry.chunk(chunk));
    return stream;
  }

  /** Units that leave the shape as it is, in place. */
  private void additionalUnits(Worker worker, int images, long stream) {
    for (PlannedUnit unit : additionalUnits) {
      run(worker, unit, images, stream);
    }
  }

  /** Whether {@link #prepareChoice} has run, or there is nothing to choose images for. */
  boolean choosesImages() {
    return windows != null || additionalUnits.isEmpty();
  }

  /**
   * Readies the additional units for any number of images, on every thread of the team. The layers
   * must be folded afterwards.
   */
  void prepareChoice(Worker worker) {
    if (additionalUnits.isEmpty()) {
      return;
    }
    for (int images = 1; images <= chunks.size(); images++) {
      int count = images;
      worker.scratch(CHOSEN, entry.maps().of(count));
      steps(additionalUnits)
          .forEach(
              step -> {
                if (worker.index() == 0) {
                  step.plan(worker.primitives(), type, count);
                } else {
                  worker.primitives().convolution(step.shape(), count, type, step.epilogue());
                }
              });
    }
    if (worker.index() == 0) {
      windows = new Windows(entry.bytes(), exit.bytes());
    }
  }

  private static Stream<Step> steps(List<PlannedUnit> units) {
    return units.stream()
        .flatMap(
            unit -> Stream.concat(unit.branch().stream(), Stream.ofNullable(unit.projection())));
  }

  /** How a choice of {@code images} of the batch is cut up. */
  Chunks chunksOf(int images) {
    return Chunks.of(images, chunks.size(), chunks.threads());
  }

  /**
   * From o1 of some images to their o2, on this thread's share. The images of a chunk are gathered
   * in memory of the thread, go through all units there, and come to lie in {@link #exit} from its
   * beginning on, in the order of {@code images}.
   *
   * @param images in the batch, each in range; their places are checked again where bytes are moved
   * @param parts of that choice; see {@link #chunksOf}
   */
  void runAdditional(Worker worker, int[] images, Chunks parts) {
    Windows open = Objects.requireNonNull(windows, "prepareChoice has not run");
    int each = Math.toIntExact(entry.maps().of(1).bytes());
    for (int c = worker.takeChunk(); c < parts.count(); c = worker.takeChunk()) {
      int first = parts.first(c);
      int count = parts.size(c);
      MemoryBlock chosen = worker.scratch(CHOSEN, entry.maps().of(count));
      ByteBuffer here = chosen.bytes();
      for (int i = 0; i < count; i++) {
        here.put(i * each, open.entry(), Math.multiplyExact(images[first + i], each), each);
      }
      additionalUnits(worker, count, chosen.handle());
      open.exit().put(first * each, here, 0, count * each);
    }
    worker.meet();
  }

  /** The taps as Java sees them. */
  private record Windows(ByteBuffer entry, ByteBuffer exit) {}

  /** relu(F(x) + shortcut(x)), in place of x where the shortcut is x itself. */
  private long run(Worker worker, PlannedUnit unit, int images, long stream) {
    long x = stream;
    long result = stream;
    if (unit.projection() != null) {
      result = scratch(worker, "stream", unit.projection(), images);
      run(worker, unit.projection(), images, x, result);
    } else if (unit.padding() != null) {
      FeatureMaps maps = unit.input().of(images);
      MemoryBlock padded = worker.scratch("stream", unit.padding().output(maps));
      unit.padding().forward(worker, maps, x, padded);
      result = padded.handle();
    }
    int last = unit.branch().size() - 1;
    for (int i = 0; i < last; i++) {
      Step step = unit.branch().get(i);
      long hidden = scratch(worker, "hidden " + i, step, images);
      run(worker, step, images, x, hidden);
      x = hidden;
    }
    run(worker, unit.branch().get(last), images, x, result);
    return result;
  }

  private void run(Worker worker, Step step, int images, long source, long destination) {
    worker
        .primitives()
        .convolution(step.shape(), images, type, step.epilogue())
        .call()
        .run(source, step.weightsFor(images).handle(), step.bias().handle(), destination);
  }

  private long scratch(Worker worker, String use, Step step, int images) {
    return worker.scratch(use, output(step).of(images)).handle();
  }

  private void copy(Worker worker, int images, long from, long to) {
    worker.primitives().copy(entry.maps().of(images)).run(from, to);
  }
}
