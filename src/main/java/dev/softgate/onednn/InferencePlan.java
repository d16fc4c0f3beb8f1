package dev.softgate.onednn;

import dev.softgate.model.ConvNorm;
import dev.softgate.model.Leg;
import dev.softgate.model.ResidualUnit;
import dev.softgate.model.Unit;
import dev.softgate.onednn.InferencePart.Maps;
import dev.softgate.onednn.InferencePart.Piece;
import dev.softgate.onednn.Primitives.Epilogue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A leg of a backbone in evaluation, for one batch size and image size. Batch norms are folded into
 * the convolutions; ReLU and the shortcut's addition are part of their last step. Each chunk of
 * images passes through the whole leg before the next chunk starts, so its feature maps stay in the
 * caches. Where the maps are large, a chunk passes through a part of the leg a few images at a
 * time.
 */
final class InferencePlan {

  /** The output of a part for the images that pass through it together. */
  private static final int PART_BYTES = 1 << 22;

  private static final String CHOSEN = "chosen";

  private final Team team;
  private final Chunks chunks;
  private final FeatureMap input;
  private final List<InferencePart> shared = new ArrayList<>();
  private final List<InferencePart> additional = new ArrayList<>(); // at most one
  private final List<ChannelMasks> masks = new ArrayList<>();
  private final FeatureMap entry;
  private final FeatureMap exit;
  private @Nullable Windows windows; // null until this plan chooses images

  /**
   * Plans {@code leg}. Call it on a thread of the team, and fold the layers afterward.
   *
   * @param input the shape of the leg's input
   */
  InferencePlan(
      Leg leg, FeatureMaps input, Function<ConvNorm, FoldedLayer> layers, Planning planning) {
    this.team = planning.team();
    this.chunks = planning.chunks();
    this.input = planning.map(input);
    FeatureMaps maps = input;
    ConvNorm stem = EnginePlans.stem(leg);
    if (stem != null) {
      InferenceStep first = InferenceStep.of(layers.apply(stem), input, Epilogue.BIAS_RELU);
      maps = add(first, shared, most(first.output()));
      MaxPooling pooling = MaxPooling.of(leg, maps);
      maps = pooling == null ? maps : add(pooling, shared, most(maps)); // in the cache still
    }
    for (Unit unit : leg.shared()) {
      maps = plan((ResidualUnit) unit, maps, shared, layers, planning);
    }
    this.entry = planning.map(maps);
    for (Unit unit : leg.additional()) {
      maps = plan((ResidualUnit) unit, maps, additional, layers, planning);
    }
    this.exit = additional.isEmpty() ? entry : planning.map(maps);
    for (List<InferencePart> parts : List.of(shared, additional)) {
      for (InferencePart part : parts) {
        part.plan(planning.primitives(), chunks.size(0), true);
        part.plan(planning.primitives(), chunks.size(chunks.count() - 1), true);
      }
    }
  }

  private FeatureMaps plan(
      ResidualUnit source,
      FeatureMaps input,
      List<InferencePart> to,
      Function<ConvNorm, FoldedLayer> layers,
      Planning planning) {
    InferenceUnit unit = InferenceUnit.of(source, input, layers, planning);
    if (unit.masks() != null) {
      masks.add(unit.masks());
    }
    return add(unit, to, most(unit.output()));
  }

  private int most(FeatureMaps maps) {
    return (int) Math.max(1, Math.min(PART_BYTES / maps.of(1).bytes(), chunks.size()));
  }

  /** Adds a piece to the last part, or to a new one for another number of images. */
  private static FeatureMaps add(Piece piece, List<InferencePart> to, int most) {
    if (to.isEmpty() || to.get(to.size() - 1).most() != most) {
      to.add(new InferencePart(new ArrayList<>(), most));
    }
    to.get(to.size() - 1).pieces().add(piece);
    return piece.output();
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
    masks.forEach(ChannelMasks::take);
  }

  /** Runs the forward pass. */
  void run() {
    team.run(this::run);
  }

  /** Runs the forward pass up to o1. */
  void runShared() {
    team.run(this::runShared);
  }

  /** Runs the forward pass on this thread's share. */
  void run(Worker worker) {
    for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
      MemoryBlock o1 = runShared(worker, c);
      if (!additional.isEmpty()) {
        copy(worker, chunks.size(c), o1, exit.block(c));
        int first = chunks.first(c);
        runAdditional(worker, chunks.size(c), (begin, count) -> exit.images(first + begin, count));
      }
    }
    worker.meet();
  }

  private void runShared(Worker worker) {
    for (int c = worker.takeChunk(); c < chunks.count(); c = worker.takeChunk()) {
      runShared(worker, c);
    }
    worker.meet();
  }

  /** Computes one chunk up to o1. Returns it in scratch memory, where it is still cached. */
  private MemoryBlock runShared(Worker worker, int chunk) {
    int first = chunks.first(chunk);
    int images = chunks.size(chunk);
    Maps maps = (begin, count) -> input.images(first + begin, count);
    for (InferencePart part : shared) {
      maps = part.run(worker, first, images, maps);
    }
    MemoryBlock o1 = maps.images(0, images);
    copy(worker, images, o1, entry.block(chunk));
    return o1;
  }

  /** Runs the additional units in place; they keep the shape and have no masks. */
  private void runAdditional(Worker worker, int images, Maps stream) {
    for (InferencePart part : additional) {
      part.run(worker, 0, images, stream);
    }
  }

  /** Returns whether {@link #prepareChoice} has run or the leg has no additional units. */
  boolean choosesImages() {
    return windows != null || additional.isEmpty();
  }

  /** Prepares the additional units for any number of images; fold the layers afterward. */
  void prepareChoice() {
    if (!additional.isEmpty()) {
      team.run(this::prepareChoice);
    }
  }

  private void prepareChoice(Worker worker) {
    for (int images = 1; images <= chunks.size(); images++) {
      for (InferencePart part : additional) {
        part.plan(worker.primitives(), images, worker.index() == 0);
        part.reserve(worker, images, chosen(worker, images));
      }
    }
    if (worker.index() == 0) {
      windows = new Windows(entry.bytes(), exit.bytes());
    }
  }

  /**
   * Computes o2 from o1 for some images. Each chunk's images are gathered in the thread's scratch
   * memory and pass through all units there. The results are stored at the beginning of {@link
   * #exit}, in the order of {@code images}.
   *
   * @param images indices into the batch, each in range
   */
  void runAdditional(int[] images) {
    Chunks parts = Chunks.of(images.length, chunks.size(), chunks.threads());
    team.run(worker -> runAdditional(worker, images, parts));
  }

  private void runAdditional(Worker worker, int[] images, Chunks parts) {
    Windows open = Objects.requireNonNull(windows, "prepareChoice has not run");
    int each = Math.toIntExact(entry.maps().of(1).bytes());
    for (int c = worker.takeChunk(); c < parts.count(); c = worker.takeChunk()) {
      int first = parts.first(c);
      int count = parts.size(c);
      FeatureMaps maps = entry.maps().of(count);
      ByteBuffer here = worker.scratch(CHOSEN, maps).bytes();
      for (int i = 0; i < count; i++) {
        here.put(i * each, open.entry(), Math.multiplyExact(images[first + i], each), each);
      }
      runAdditional(worker, count, chosen(worker, count));
      open.exit().put(first * each, here, 0, count * each);
    }
    worker.meet();
  }

  /** Returns memory for chosen images. */
  private Maps chosen(Worker worker, int images) {
    FeatureMaps maps = entry.maps().of(images);
    return (begin, count) -> worker.scratch(CHOSEN, maps, begin, count);
  }

  /** The taps as Java buffers. */
  private record Windows(ByteBuffer entry, ByteBuffer exit) {}

  private void copy(Worker worker, int images, MemoryBlock from, MemoryBlock to) {
    worker.primitives().copy(entry.maps().of(images)).run(from.handle(), to.handle());
  }
}
