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
 * A leg of a backbone in evaluation, for one batch size and image size. Batch norms are folded into
 * the convolutions; ReLU and the shortcut's addition are part of their last step. Each chunk of
 * images passes through the whole leg before the next chunk starts, so its feature maps stay in the
 * caches.
 */
final class InferencePlan {

  private static final String CHOSEN = "chosen";

  private final Planning planning;
  private final Chunks chunks;
  private final DType type;
  private final Function<ConvNorm, FoldedLayer> layers;
  private final FeatureMap input;
  private final @Nullable Step stem;
  private final @Nullable MaxPooling pooling;
  private final List<PlannedUnit> sharedUnits = new ArrayList<>();
  private final List<PlannedUnit> additionalUnits = new ArrayList<>();
  private final FeatureMap entry;
  private final FeatureMap exit;
  private @Nullable Windows windows; // null until this plan chooses images

  /**
   * A folded layer at its place in the leg.
   *
   * @param weights the weights in the primitive's layout, by number of images
   */
  private record Step(
      ConvolutionShape shape,
      Epilogue epilogue,
      FoldedLayer layer,
      Map<Integer, MemoryBlock> weights) {

    MemoryBlock weightsFor(int images) {
      return Objects.requireNonNull(weights.get(images), "no plan for this number of images");
    }

    /** Prepares the weights' layout for {@code images} images. */
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
   * Plans {@code leg}. Call it on a thread of the team, and fold the layers afterward.
   *
   * @param input the shape of the leg's input
   */
  InferencePlan(
      Leg leg, FeatureMaps input, Function<ConvNorm, FoldedLayer> layers, Planning planning) {
    this.planning = planning;
    this.chunks = planning.chunks();
    this.type = input.type();
    this.layers = layers;
    this.input = planning.map(input);
    ConvNorm first = EnginePlans.stem(leg);
    this.stem = first == null ? null : step(first, input, Epilogue.BIAS_RELU);
    FeatureMaps maps = stem == null ? input : output(stem);
    this.pooling = MaxPooling.of(leg, maps);
    maps = pooling == null ? maps : pooling.output();
    for (Unit unit : leg.shared()) {
      maps = plan((ResidualUnit) unit, maps, sharedUnits);
    }
    for (Unit unit : leg.additional()) {
      maps = plan((ResidualUnit) unit, maps, additionalUnits);
    }
    this.entry = planning.map(maps);
    this.exit = additionalUnits.isEmpty() ? entry : planning.map(maps);
  }

  private FeatureMaps output(Step step) {
    return planning.output(step.shape());
  }

  private FeatureMaps plan(ResidualUnit source, FeatureMaps input, List<PlannedUnit> to) {
    List<Step> branch = new ArrayList<>();
    FeatureMaps maps = input;
    int count = source.branch().size();
    for (int i = 0; i < count; i++) {
      Epilogue epilogue = i + 1 == count ? Epilogue.BIAS_ADD_RELU : Epilogue.BIAS_RELU;
      branch.add(step(source.branch().get(i), maps, epilogue));
      maps = output(branch.get(i));
    }
    ConvNorm projection = source.projection();
    to.add(
        new PlannedUnit(
            branch,
            projection == null ? null : step(projection, input, Epilogue.BIAS),
            source.pads() ? Padding.of(source) : null,
            input,
            ChannelMasks.of(source, planning, maps),
            maps));
    return maps;
  }

  private Step step(ConvNorm source, FeatureMaps maps, Epilogue epilogue) {
    FoldedLayer layer = layers.apply(source);
    Step step = new Step(layer.parameters.shape(maps), epilogue, layer, new HashMap<>());
    step.plan(planning.primitives(), type, chunks.size(0));
    step.plan(planning.primitives(), type, chunks.size(chunks.count() - 1));
    return step;
  }

  /** Returns the leg's input in the compute type: the images, or the mix before this leg. */
  FeatureMap input() {
    return input;
  }

  /** Returns o1 in the compute type. */
  FeatureMap entry() {
    return entry;
  }

  /** Returns o2 in the compute type. */
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

  /** Runs the forward pass on this thread's share. */
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

  /** Runs the forward pass up to o1 on this thread's share. */
  void runShared(Worker worker) {
    for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
      sharedUnits(worker, c);
    }
    worker.meet();
  }

  /**
   * Computes one chunk up to o1. Returns its address in scratch memory, where it is still cached.
   */
  private long sharedUnits(Worker worker, int chunk) {
    int images = chunks.size(chunk);
    long stream = input.chunk(chunk);
    if (stem != null) {
      stream = scratch(worker, "stream", stem, images);
      run(worker, stem, images, input.chunk(chunk), stream);
    }
    if (pooling != null) {
      MaxPooling part = pooling.of(images);
      long pooled = worker.scratch("stream", part.output()).handle();
      worker.primitives().maxPool(part, false).run(stream, pooled);
      stream = pooled;
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

  /** Runs the additional units in place; they keep the shape. */
  private void additionalUnits(Worker worker, int images, long stream) {
    for (PlannedUnit unit : additionalUnits) {
      run(worker, unit, images, stream);
    }
  }

  /** Returns whether {@link #prepareChoice} has run or the leg has no additional units. */
  boolean choosesImages() {
    return windows != null || additionalUnits.isEmpty();
  }

  /**
   * Prepares the additional units for any number of images. Call it on every thread of the team,
   * and fold the layers afterward.
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

  /** Divides a choice of {@code images} images into chunks. */
  Chunks chunksOf(int images) {
    return Chunks.of(images, chunks.size(), chunks.threads());
  }

  /**
   * Computes o2 from o1 for some images, on this thread's share. Each chunk's images are gathered
   * in the thread's scratch memory and pass through all units there. The results are stored at the
   * beginning of {@link #exit}, in the order of {@code images}.
   *
   * @param images indices into the batch, each in range
   * @param parts the chunks of that choice; see {@link #chunksOf}
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

  /** The taps as Java buffers. */
  private record Windows(ByteBuffer entry, ByteBuffer exit) {}

  /** Computes relu(F(x) + shortcut(x)), in place of x if the shortcut is the identity. */
  private long run(Worker worker, PlannedUnit unit, int images, long stream) {
    long x = stream;
    long result = stream;
    if (unit.projection() != null) {
      result = scratch(worker, "stream", unit.projection(), images);
      if (result == x) { // a projection that keeps the shape
        result = scratch(worker, "other stream", unit.projection(), images);
      }
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
        .run(source, step.weightsFor(images).handle(), step.layer().bias.handle(), destination);
  }

  private long scratch(Worker worker, String use, Step step, int images) {
    return worker.scratch(use, output(step).of(images)).handle();
  }

  private void copy(Worker worker, int images, long from, long to) {
    worker.primitives().copy(entry.maps().of(images)).run(from, to);
  }
}
