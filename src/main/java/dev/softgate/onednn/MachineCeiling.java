package dev.softgate.onednn;

import dev.softgate.torch.DType;
import java.util.function.Function;
import java.util.stream.DoubleStream;

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
        worker -> {
          Primitives.Weighted product = worker.primitives().product(SIDE, type);
          MemoryBlock a = worker.zeros("a", () -> Native.matrix(type, SIDE));
          MemoryBlock b = worker.zeros("b", product::weights);
          MemoryBlock result = worker.zeros("result", () -> Native.matrix(type, SIDE));
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
        worker -> {
          MemoryBlock from = worker.zeros("from", maps::description);
          MemoryBlock to = worker.zeros("to", maps::description);
          PreparedPrimitive copy = worker.primitives().copy(maps);
          return () -> copy.run(from.handle(), to.handle());
        });
  }

  /**
   * Returns the rate at which all threads together perform work of size {@code each} per thread.
   *
   * @param prepare prepares a thread's work
   */
  private static double best(int threads, double each, Function<Worker, Runnable> prepare) {
    Runnable[] work = new Runnable[threads];
    try (Team team = new Team(threads)) {
      team.run(worker -> work[worker.index()] = prepare.apply(worker));
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
    }
  }
}
