package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.Progress;
import dev.softgate.Workers;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Works on files or images with several threads, and hands over the results one by one, in order.
 */
public final class ParallelWork {

  /** How many items are ahead of the one that is handed over, for each thread. */
  private static final int AHEAD = 4;

  private final int threads;
  private final int ahead;
  private final Progress listener;

  public ParallelWork(int threads, Progress listener) {
    this(threads, AHEAD * threads, listener);
  }

  /**
   * Work whose results are used in bursts.
   *
   * @param ahead how many items may be ahead of the one that is handed over, at least 1
   */
  public ParallelWork(int threads, int ahead, Progress listener) {
    this.threads = threads;
    this.ahead = ahead;
    this.listener = listener;
  }

  /** What became of an item: a value, or the reason that there is none. */
  public record Outcome<T>(@Nullable T value, @Nullable BadInputException failure) {

    /** Why there is no value. */
    public String reason() {
      return String.valueOf(Objects.requireNonNull(failure).getMessage());
    }

    private static <I, T> Outcome<T> of(Function<I, T> work, I item) {
      try {
        return new Outcome<>(work.apply(item), null);
      } catch (BadInputException e) {
        return new Outcome<>(null, e);
      }
    }
  }

  /**
   * Works on all items.
   *
   * @param activity for the listener
   * @param work may throw BadInputException, which becomes an outcome; other exceptions end it all
   * @param use takes each item and its outcome, in this thread and in the order of the items
   */
  public <I, T> void forEach(
      String activity, List<I> items, Function<I, T> work, BiConsumer<I, Outcome<T>> use) {
    if (items.isEmpty()) {
      return;
    }
    ExecutorService executor =
        Workers.pool("softgate-" + activity, Math.min(threads, items.size()));
    try {
      Queue<Future<Outcome<T>>> begun = new ArrayDeque<>();
      int next = 0;
      for (int done = 0; done < items.size(); done++) {
        for (; next < items.size() && begun.size() < ahead; next++) {
          I item = items.get(next);
          begun.add(executor.submit(() -> Outcome.of(work, item)));
        }
        use.accept(items.get(done), Workers.result(begun.remove(), "reading files"));
        listener.progressed(activity, done + 1, items.size());
      }
    } finally {
      executor.shutdownNow();
    }
  }
}
