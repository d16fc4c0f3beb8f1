package dev.softgate.onednn;

import dev.softgate.torch.DType;
import java.util.stream.DoubleStream;
import org.bytedeco.dnnl.memory;

/**
 * Measures this machine's peak rates on a number of threads, for comparison with the parts of a
 * training step.
 */
public final class MachineCeiling {

  private static final int SIDE = 1024;
  private static final int COPIED_MEGABYTES = 64; // larger than a core's caches
  private static final int ROUNDS = 25;

  private MachineCeiling() {}

  /**
   * Measures the rate at which each thread multiplies matrices of 1,024×1,024.
   *
   * @param type the type of the matrices
   * @return floating-point operations per second, summed over the threads, in the fastest round
   */
  public static double matmulFlopsPerSecond(DType type, int threads) {
    double flops = 2.0 * SIDE * SIDE * SIDE;
    return best(
        threads,
        flops,
        (worker, arena) -> {
          Primitives.Weighted product = worker.primitives().product(SIDE, type);
          memory.desc square = Native.matrix(type, SIDE);
          MemoryBlock a = arena.zeros(square);
          MemoryBlock b = arena.zeros(product.weights());
          MemoryBlock result = arena.zeros(square);
          return () -> product.call().run(a.handle(), b.handle(), result.handle());
        });
  }

  /**
   * Measures the rate at which each thread copies memory that exceeds the caches.
   *
   * @return bytes read and written per second, summed over the threads, in the fastest round
   */
  public static double copyBytesPerSecond(int threads) {
    FeatureMaps maps =
        new FeatureMaps(DType.FLOAT32, COPIED_MEGABYTES, 1, 512, 512); // one megabyte per image
    return best(
        threads,
        2.0 * maps.bytes(),
        (worker, arena) -> {
          MemoryBlock from = arena.zeros(maps.description());
          MemoryBlock to = arena.zeros(maps.description());
          PreparedPrimitive copy = worker.primitives().copy(maps);
          return () -> copy.run(from.handle(), to.handle());
        });
  }

  /**
   * Returns the rate at which all threads together perform work of size {@code each} per thread.
   */
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

  /** Prepares a thread's work in its own memory. */
  private interface Preparation {
    Runnable prepare(Worker worker, Arena arena);
  }
}
