package dev.softgate.scoring.features;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Runs independent tasks on several threads. Results do not depend on the number of threads. */
final class ParallelTasks {

  private ParallelTasks() {}

  /** Runs tasks 0, 1, … {@code count} − 1, and returns their results in order. */
  static <T> List<T> run(int count, int threads, IntFunction<T> task) {
    return run(count, threads, task, () -> {});
  }

  /** The same; {@code finished} is run after each task, by one thread at a time. */
  static <T> List<T> run(int count, int threads, IntFunction<T> task, Runnable finished) {
    IntFunction<T> told =
        i -> {
          T result = task.apply(i);
          synchronized (finished) {
            finished.run();
          }
          return result;
        };
    if (threads < 2 || count < 2) {
      return IntStream.range(0, count).mapToObj(told).toList();
    }
    ExecutorService pool = Executors.newFixedThreadPool(Math.min(threads, count));
    try {
      List<Callable<T>> calls =
          IntStream.range(0, count).<Callable<T>>mapToObj(i -> () -> told.apply(i)).toList();
      return pool.invokeAll(calls).stream().map(ParallelTasks::result).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } finally {
      pool.shutdownNow();
    }
  }

  private static <T> T result(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}
