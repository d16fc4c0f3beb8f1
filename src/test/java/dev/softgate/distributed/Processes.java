package dev.softgate.distributed;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Groups whose processes are threads of this one. */
public final class Processes {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private Processes() {}

  /** What one process does. */
  public interface Work<T> {
    T in(ProcessGroup group) throws Exception;
  }

  /** Runs the work of each process of a group on a thread, and returns their results by rank. */
  public static <T> List<T> run(int size, Work<T> work) {
    int port = freePort();
    List<Callable<T>> tasks = new ArrayList<>();
    for (int rank = 0; rank < size; rank++) {
      ProcessRank place = new ProcessRank(rank, size, "127.0.0.1", port);
      tasks.add(
          () -> {
            try (ProcessGroup group = ProcessGroup.join(place, TIMEOUT)) {
              T result = work.in(group);
              group.barrier();
              return result;
            }
          });
    }
    return results(tasks);
  }

  static <T> List<T> results(List<Callable<T>> tasks) {
    ExecutorService threads = Executors.newFixedThreadPool(tasks.size());
    try {
      List<T> results = new ArrayList<>();
      List<Throwable> failures = new ArrayList<>();
      for (Future<T> each : threads.invokeAll(tasks, 2, TimeUnit.MINUTES)) {
        try {
          results.add(each.get());
        } catch (ExecutionException e) {
          failures.add(Objects.requireNonNull(e.getCause()));
        }
      }
      if (failures.isEmpty()) {
        return results;
      }
      Throwable first = failures.get(0);
      failures.stream().skip(1).forEach(first::addSuppressed); // one rank may fail for another's
      if (first instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(first);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      threads.shutdownNow();
    }
  }

  /** A port of loopback that was free a moment ago. */
  public static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
