package dev.softgate.data;

import dev.softgate.BadInputException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Works on files with several threads, and hands over the results one by one, in order. */
final class ParallelFiles {

  /** How many files are ahead of the one that is handed over, for each thread. */
  private static final int AHEAD = 4;

  private final int threads;
  private final DownloadListener listener;

  ParallelFiles(int threads, DownloadListener listener) {
    this.threads = threads;
    this.listener = listener;
  }

  /** What became of a file: a value, or the reason that there is none. */
  record Outcome<T>(@Nullable T value, @Nullable BadInputException failure) {

    private static <T> Outcome<T> of(Function<Path, T> work, Path file) {
      try {
        return new Outcome<>(work.apply(file), null);
      } catch (BadInputException e) {
        return new Outcome<>(null, e);
      }
    }
  }

  /**
   * Works on all files.
   *
   * @param activity for the listener
   * @param work may throw BadInputException, which becomes an outcome; other exceptions end it all
   * @param use takes each file and its outcome, in this thread and in the order of the files
   */
  <T> void forEach(
      String activity, List<Path> files, Function<Path, T> work, BiConsumer<Path, Outcome<T>> use) {
    if (files.isEmpty()) {
      return;
    }
    ExecutorService executor =
        Executors.newFixedThreadPool(
            Math.min(threads, files.size()),
            task -> {
              Thread thread = new Thread(task, "softgate-" + activity);
              thread.setDaemon(true);
              return thread;
            });
    try {
      Queue<Future<Outcome<T>>> ahead = new ArrayDeque<>();
      int next = 0;
      for (int done = 0; done < files.size(); done++) {
        for (; next < files.size() && ahead.size() < AHEAD * threads; next++) {
          Path file = files.get(next);
          ahead.add(executor.submit(() -> Outcome.of(work, file)));
        }
        use.accept(files.get(done), outcome(ahead.remove()));
        listener.progressed(activity, done + 1, files.size());
      }
    } finally {
      executor.shutdownNow();
    }
  }

  private static <T> T outcome(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading files", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
  }
}
