package dev.softgate.battery;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/**
 * Applies a function to many items, {@link Battery#AT_A_TIME} at a time; the results are in order.
 */
final class Trials {

  private Trials() {}

  static <T, R> List<R> run(List<T> of, Function<T, R> trial) {
    ExecutorService pool = Executors.newFixedThreadPool(Battery.AT_A_TIME);
    try {
      List<Future<R>> begun = new ArrayList<>();
      for (T each : of) {
        begun.add(pool.submit(() -> trial.apply(each)));
      }
      List<R> results = new ArrayList<>();
      for (Future<R> each : begun) {
        results.add(each.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      pool.shutdownNow();
    }
  }
}
