package dev.softgate.distributed;

import dev.softgate.BadInputException;
import dev.softgate.interop.OneLine;
import dev.softgate.torch.Collectives;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens the store of a group: rank 0 serves it, the others connect. */
final class MasterStore {

  private static final Logger LOG = LoggerFactory.getLogger(MasterStore.class);

  /** Beyond the time-out, for libtorch to report it. */
  private static final long SLACK_MILLIS = 2000;

  private static final String SERVED = "TORCHELASTIC_USE_AGENT_STORE";
  private static final String RESTARTS = "TORCHELASTIC_RESTART_COUNT";

  private MasterStore() {}

  /**
   * Opens it.
   *
   * @throws BadInputException if rank 0 cannot listen there, or does not answer in time
   */
  static Collectives open(ProcessRank place, Duration timeout) {
    boolean served = isServed(System.getenv());
    int listening = place.rank() == 0 && !served ? MasterSocket.listen(place) : -1;
    String prefix = served ? "softgate/" + System.getenv().getOrDefault(RESTARTS, "0") : "";
    if (place.rank() == 0 && !MasterSocket.isLoopback(place.host())) {
      LOG.warn(
          "listening at {} for the other processes, without encryption or passwords; whoever"
              + " reaches this port can disturb the training (see SECURITY.md)",
          place.master());
    }
    // On a thread of its own: a server that accepts and never answers would hold it for good.
    CompletableFuture<Collectives> opened = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                opened.complete(
                    new Collectives(place.host(), place.port(), listening, prefix, timeout));
              } catch (RuntimeException | Error e) {
                opened.completeExceptionally(e);
              }
            },
            "connecting");
    thread.setDaemon(true);
    thread.start();
    try {
      return opened.get(timeout.toMillis() + SLACK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
      if (cause instanceof Error error) {
        throw error;
      }
      throw unreachable(place, timeout, OneLine.of(cause));
    } catch (TimeoutException e) {
      // It listens, so the address is right: rank 0 is suspended, or another program answers.
      throw new LostProcessException(
          "rank 0 at %s has not answered rank %d for %d s"
              .formatted(place.master(), place.rank(), timeout.toSeconds()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while connecting", e);
    }
  }

  /** Whether torchrun serves the store itself. It serves it to restarted processes too. */
  static boolean isServed(Map<String, String> environment) {
    return environment.getOrDefault(SERVED, "").equals("True");
  }

  private static BadInputException unreachable(ProcessRank place, Duration timeout, String reason) {
    return new BadInputException(
        "rank %s cannot reach rank 0 at %s within %s s: %s",
        place.rank(), place.master(), timeout.toSeconds(), reason);
  }
}
