package dev.softgate.onednn;

import dev.softgate.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/**
 * Threads that run one program together, each on its share of the images. They meet where the whole
 * batch's statistics are needed. Primitives created on a thread of the team use that thread only.
 */
final class Team implements AutoCloseable {

  /** The number of checks before a waiting thread yields: about half a millisecond. */
  private static final int SPINS = 10_000;

  private static final long PAUSE_NANOS = 20_000;

  private final List<ExecutorService> threads = new ArrayList<>();
  private final List<Worker> workers = new ArrayList<>();
  private final AtomicInteger arrived = new AtomicInteger();
  private final AtomicInteger nextChunk = new AtomicInteger();
  private volatile int generation;
  private volatile boolean broken;

  /** Starts {@code size} threads, at least one. If the system refuses one, all are stopped. */
  Team(int size) {
    this(size, 1);
  }

  /**
   * Starts {@code size} threads.
   *
   * @param each how many threads compute one primitive together, the thread of the team included
   */
  private Team(int size, int each) {
    try {
      startThreads(size, each);
    } catch (RuntimeException | Error e) {
      threads.forEach(ExecutorService::shutdown);
      throw e;
    }
  }

  /** Starts one thread, whose primitives divide their work among {@code threads} threads. */
  static Team ofOne(int threads) {
    return new Team(1, threads);
  }

  private void startThreads(int size, int each) {
    for (int i = 0; i < size; i++) {
      int index = i;
      ExecutorService thread =
          Executors.newSingleThreadExecutor(
              task -> {
                Thread made = new Thread(task, "softgate-onednn-" + index);
                made.setDaemon(true);
                return made;
              });
      threads.add(thread);
      workers.add(
          join(
              thread.submit(
                  () -> {
                    TorchRuntime.computeWith(each);
                    return new Worker(this, index);
                  })));
    }
  }

  int size() {
    return workers.size();
  }

  /** Runs {@code task} on every thread and returns when all are done. */
  void run(Task task) {
    nextChunk.set(0);
    List<Future<?>> running = new ArrayList<>();
    RuntimeException failure = null;
    try {
      for (int i = 0; i < workers.size(); i++) {
        Worker worker = workers.get(i);
        running.add(threads.get(i).submit(() -> runOn(worker, task)));
      }
    } catch (RuntimeException | Error e) {
      broken = true; // threads that have started must not wait for the others
      failure = new IllegalStateException("a thread of the oneDNN engine did not start", e);
    }
    for (Future<?> one : running) {
      try {
        join(one);
      } catch (BrokenTeamException e) {
        failure = failure == null ? e : failure;
      } catch (RuntimeException e) {
        failure = e;
      }
    }
    if (failure != null) {
      arrived.set(0);
      broken = false;
      throw failure;
    }
  }

  /** Returns every thread's answer, in the order of the threads. */
  <T> List<T> ask(Function<Worker, T> question) {
    List<T> answers = new ArrayList<>();
    for (int i = 0; i < workers.size(); i++) {
      Worker worker = workers.get(i);
      answers.add(join(threads.get(i).submit(() -> question.apply(worker))));
    }
    return answers;
  }

  private void runOn(Worker worker, Task task) {
    try {
      task.run(worker);
    } catch (RuntimeException | Error e) {
      broken = true;
      throw e;
    }
  }

  /**
   * Returns the next chunk that no thread has taken since the last meeting. It serves work whose
   * result does not depend on the thread, so that a delayed thread delays the others less.
   */
  int takeChunk() {
    return nextChunk.getAndIncrement();
  }

  /**
   * Announces that the calling thread has reached the next meeting. Nobody waits for what it does
   * until it {@link #await awaits} the others.
   *
   * @return the meeting
   */
  int arrive() {
    int meeting = generation;
    if (arrived.incrementAndGet() == workers.size()) {
      arrived.set(0);
      nextChunk.set(0);
      generation = meeting + 1;
    }
    return meeting;
  }

  /**
   * Waits until every thread has reached a meeting. What they wrote before is visible afterward.
   */
  void await(int meeting) {
    for (int spins = 0; generation == meeting; spins++) {
      if (broken) {
        throw new BrokenTeamException();
      }
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
  }

  /** Frees the threads' native objects on their threads, then ends the threads. */
  @Override
  public void close() {
    try {
      run(Worker::close);
    } finally {
      threads.forEach(ExecutorService::shutdown);
    }
  }

  private static <T> T join(Future<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true; // a step is short, and stopping within it would leave a broken state
        }
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException("a thread of the oneDNN engine failed", e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  interface Task {
    void run(Worker worker);
  }

  /** Thrown if another thread of the team failed. */
  private static final class BrokenTeamException extends RuntimeException {
    BrokenTeamException() {
      super("another thread of the oneDNN engine failed");
    }
  }
}
