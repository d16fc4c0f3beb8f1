package dev.softgate.onednn;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;

/** One thread of a {@link Team}, with the primitives and the scratch memory that are its own. */
final class Worker implements AutoCloseable {

  private final Team team;
  private final int index;
  private final Primitives primitives = new Primitives(new stream(Native.ENGINE));
  private final Arena arena = new Arena(1 << 20);
  private final Map<Object, MemoryBlock> scratch = new HashMap<>();
  private long waitedNanos;

  /** Made on the thread it stands for. */
  Worker(Team team, int index) {
    this.team = team;
    this.index = index;
  }

  /** Its place in the team, from 0. */
  int index() {
    return index;
  }

  /** What this thread runs; no other may. */
  Primitives primitives() {
    return primitives;
  }

  /** See {@link Team#takeChunk}. */
  int takeChunk() {
    return team.takeChunk();
  }

  /** Waits for the rest of the team. */
  void meet() {
    meetAfter(() -> {});
  }

  /**
   * Waits for the rest of the team, who need not wait for what this thread still does: {@code
   * ownWork}, which nobody else needs before the next meeting but one.
   */
  void meetAfter(Runnable ownWork) {
    int meeting = team.arrive();
    ownWork.run();
    long start = System.nanoTime();
    team.await(meeting);
    waitedNanos += System.nanoTime() - start;
  }

  /** What each part has cost this thread since this was last asked. */
  Map<OperationKind, OperationCost> takeWork() {
    Map<OperationKind, OperationCost> taken = primitives.takeWork();
    taken.put(OperationKind.WAIT, new OperationCost(waitedNanos / 1e9, 0));
    waitedNanos = 0;
    return taken;
  }

  /** Memory that is this thread's until it asks again for the same use and shape. */
  MemoryBlock scratch(String use, FeatureMaps maps) {
    return scratch(maps.key(use), maps::description);
  }

  /** The same for the weights' gradient of one shape in the layout that its primitive gives. */
  MemoryBlock scratch(ConvolutionShape shape, int images, memory.desc layout) {
    return scratch(new WeightsKey(shape, images), () -> layout);
  }

  /**
   * The same as {@link #scratch(String, Maps)}, zero at first: all who name the same use must write
   * to the same places, so that the others stay zero.
   */
  MemoryBlock zeros(String use, FeatureMaps maps) {
    Object key = maps.key(use);
    boolean isNew = !scratch.containsKey(key);
    MemoryBlock block = scratch(key, maps::description);
    if (isNew) {
      block.clear();
    }
    return block;
  }

  private MemoryBlock scratch(Object key, Supplier<memory.desc> description) {
    MemoryBlock known = scratch.get(key);
    if (known == null) {
      known = arena.take(description.get());
      scratch.put(key, known);
    }
    return known;
  }

  @Override
  public void close() {
    primitives.close();
    scratch.clear();
    arena.close();
  }

  private record WeightsKey(ConvolutionShape shape, int images) {}
}
