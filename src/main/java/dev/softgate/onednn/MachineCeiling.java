package dev.softgate.onednn;

import dev.softgate.torch.DType;
import java.util.stream.DoubleStream;
import org.bytedeco.dnnl.memory;

/**
 * What this machine does at its best, on so many threads: what parts of a step are held against.
 */
public final class MachineCeiling {

  private static final int SIDE = 1024;
  private static final int COPIED_MEGABYTES = 64; // more than a core's caches hold
  private static final int ROUNDS = 25;

  private MachineCeiling() {}

  /**
   * How fast a thread each multiplies matrices of 1,024×1,024.
   *
   * @param type in which they are
   * @return floating-point operations a second, of all threads, in the fastest of some rounds
   */
  public static double matmulFlopsPerSecond(DType type, int threads) {
    double flops = 2.0 * SIDE * SIDE * SIDE;
    return best(
        threads,
        flops,
        (worker, arena) -> {
          Primitives.Weighted product = worker.primitives().product(SIDE, type);
          memory.desc square = Native.matrix(type, SIDE);
          MemoryBlock a = filled(square, arena);
          MemoryBlock b = filled(product.weights(), arena);
          MemoryBlock result = filled(square, arena);
          return () -> product.call().run(a.handle(), b.handle(), result.handle());
        });
  }

  /**
   * How fast a thread each copies memory that no cache holds.
   *
   * @return bytes a second, read and written, of all threads, in the fastest of some rounds
   */
  public static double copyBytesPerSecond(int threads) {
    FeatureMaps maps =
        new FeatureMaps(DType.FLOAT32, COPIED_MEGABYTES, 1, 512, 512); // a megabyte each
    return best(
        threads,
        2.0 * maps.bytes(),
        (worker, arena) -> {
          MemoryBlock from = filled(maps.description(), arena);
          MemoryBlock to = filled(maps.description(), arena);
          PreparedPrimitive copy = worker.primitives().copy(maps);
          return () -> copy.run(from.handle(), to.handle());
        });
  }

  private static MemoryBlock filled(memory.desc description, Arena arena) {
    MemoryBlock block = arena.take(description);
    block.clear();
    return block;
  }

  /** How much is done a second when all threads do {@code each} at a time. */
  private static double best(int threads, double each, Preparation preparation) {
    Arena[] memory = new Arena[threads];
    Runnable[] work = new Runnable[threads];
    try (Team team = new Team(threads)) {
      team.run(
          worker -> {
            memory[worker.index()] = new Arena(1 << 20);
            work[worker.index()] = preparation.prepare(worker, memory[worker.index()]);
          });
      double fastest =
          DoubleStream.generate(
                  () -> {
                    long start = System.nanoTime();
                    team.run(worker -> work[worker.index()].run());
                    return (System.nanoTime() - start) / 1e9;
                  })
              .limit(ROUNDS)
              .min()
              .orElseThrow();
      return threads * each / fastest;
    } finally {
      for (Arena one : memory) {
        if (one != null) {
          one.close();
        }
      }
    }
  }

  /** Readies what a thread is to do, in memory of its own. */
  private interface Preparation {
    Runnable prepare(Worker worker, Arena arena);
  }
}
