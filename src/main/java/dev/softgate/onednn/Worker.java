package dev.softgate.onednn;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;

/** One thread of a {@link Team}, with its own primitives and scratch memory. */
final class Worker implements AutoCloseable {

  private final Team team;
  private final int index;
  private final Primitives primitives = new Primitives(new stream(Native.ENGINE));
  private final Arena arena = new Arena(1 << 20);
  private final Map<Object, MemoryBlock> scratch = new HashMap<>();
  private long waitedNanos;

  /** Creates the worker. Call it on its own thread. */
  Worker(Team team, int index) {
    this.team = team;
    this.index = index;
  }

  int index() {
    return index;
  }

  /** Returns this thread's primitives; no other thread may use them. */
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
   * Does {@code ownWork} while waiting for the rest of the team. No other thread needs its result
   * before the meeting after next.
   */
  void meetAfter(Runnable ownWork) {
    int meeting = team.arrive();
    ownWork.run();
    long start = System.nanoTime();
    team.await(meeting);
    waitedNanos += System.nanoTime() - start;
  }

  /** Returns this thread's cost by kind since the last call. */
  Map<OperationKind, OperationCost> takeWork() {
    Map<OperationKind, OperationCost> taken = primitives.takeWork();
    taken.put(OperationKind.WAIT, new OperationCost(waitedNanos / 1e9, 0));
    waitedNanos = 0;
    return taken;
  }

  /** Returns memory that belongs to this thread until its next call with the same use and shape. */
  MemoryBlock scratch(String use, FeatureMaps maps) {
    return scratch.computeIfAbsent(maps.key(use), key -> arena.take(maps.description()));
  }

  /**
   * Returns some images of {@link #scratch(String, FeatureMaps)}.
   *
   * @param first the first image's index there
   */
  MemoryBlock scratch(String use, FeatureMaps maps, int first, int count) {
    MemoryBlock all = scratch(use, maps);
    return scratch.computeIfAbsent(
        List.of(maps.key(use), first, count),
        key -> all.from(maps.of(1).bytes() * first, maps.of(count).description()));
  }

  /** Returns memory for the weight gradient of one shape, in the primitive's layout. */
  MemoryBlock scratch(ConvolutionShape shape, int images, memory.desc layout) {
    return scratch.computeIfAbsent(List.of(shape, images), key -> arena.take(layout));
  }

  /**
   * Returns memory that belongs to this thread, initially zero. All callers with the same key must
   * write to the same elements, so that the others stay zero.
   */
  MemoryBlock zeros(Object key, Supplier<memory.desc> layout) {
    return scratch.computeIfAbsent(key, absent -> arena.zeros(layout.get()));
  }

  @Override
  public void close() {
    primitives.close();
    scratch.clear();
    arena.close();
  }
}
