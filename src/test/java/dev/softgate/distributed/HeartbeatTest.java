package dev.softgate.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Processes as threads, and a store that fails as told. An interval is a tenth of a second. */
class HeartbeatTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(1);

  private final Map<String, String> store = new ConcurrentHashMap<>();
  private final List<Heartbeat> beats = new ArrayList<>();
  private final List<Line> lines = new ArrayList<>();
  private final List<RuntimeException> stuck = new CopyOnWriteArrayList<>();

  /** A process's connection to the store. */
  private final class Line implements Heartbeat.Board {

    volatile boolean broken;
    volatile boolean frozen;

    private void pass() {
      if (broken) {
        throw new IllegalStateException("Connection reset by peer");
      }
      if (frozen) {
        try {
          new CountDownLatch(1).await(); // as native code does
        } catch (InterruptedException e) {
          throw new AssertionError(e);
        }
      }
    }

    @Override
    public void put(String key, String value) {
      pass();
      store.put(key, value);
    }

    @Override
    public @Nullable String get(String key) {
      pass();
      return store.get(key);
    }
  }

  private void start(int size) {
    for (int rank = 0; rank < size; rank++) {
      Line line = new Line();
      lines.add(line);
      beats.add(new Heartbeat(line, rank, size, TIMEOUT, stuck::add));
    }
  }

  @AfterEach
  void close() {
    beats.forEach(Heartbeat::close);
  }

  private static void await(BooleanSupplier condition) throws InterruptedException {
    for (int i = 0; i < 1000 && !condition.getAsBoolean(); i++) {
      Thread.sleep(10);
    }
    assertThat(condition.getAsBoolean()).isTrue();
  }

  private static boolean quiet(Heartbeat beat) {
    try {
      beat.check();
      return true;
    } catch (LostProcessException | BadInputException e) {
      return false;
    }
  }

  private void assertLost(int rank, String message) throws InterruptedException {
    await(() -> !quiet(beats.get(rank)));
    assertThatThrownBy(() -> beats.get(rank).check())
        .isInstanceOf(LostProcessException.class)
        .hasMessageContaining(message);
  }

  @Test
  void nobodyIsLostWhileAllBeat() throws InterruptedException {
    start(3);
    Thread.sleep(2 * TIMEOUT.toMillis());
    assertThat(beats).allMatch(HeartbeatTest::quiet);
  }

  @Test
  void allNameTheProcessThatFallsSilent() throws InterruptedException {
    start(3);
    Thread.sleep(300);
    lines.get(1).frozen = true;
    assertLost(0, "rank 1 has not answered for 1 s");
    assertLost(2, "rank 1 has not answered for 1 s");
  }

  @Test
  void othersNameRankZeroIfTheStoreHangsOrBreaks() throws InterruptedException {
    start(3);
    Thread.sleep(300);
    lines.get(1).frozen = true;
    lines.get(2).broken = true;
    assertLost(1, "rank 0 has not answered");
    assertLost(2, "rank 0 has ended, or cannot be reached");
  }

  @Test
  void findsOutSoonerWhoIsGoneAfterABrokenConnection() throws InterruptedException {
    start(3);
    Thread.sleep(300);
    lines.get(1).broken = true;
    long start = System.nanoTime();
    assertThat(beats.get(2).blame(new IllegalStateException("Connection reset by peer")))
        .hasMessage("rank 1 is gone: it was killed, it crashed, or its network broke");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TIMEOUT.multipliedBy(2));
    assertLost(0, "rank 1 is gone");
  }

  @Test
  void passesOnWhyAProcessEnds() throws InterruptedException {
    start(3);
    beats.get(1).leave(false, "the disk is full");
    assertLost(0, "rank 1 has ended: the disk is full");
    assertLost(2, "rank 1 has ended: the disk is full");
  }

  @Test
  void allRefuseBadInputOfOne() throws InterruptedException {
    start(3);
    beats.get(1).leave(true, "no such folder");
    for (int rank : new int[] {0, 2}) {
      await(() -> !quiet(beats.get(rank)));
      assertThatThrownBy(() -> beats.get(rank).check())
          .isInstanceOf(BadInputException.class)
          .hasMessage("rank 1: no such folder");
    }
  }

  @Test
  void nobodyMissesAProcessThatIsDone() throws InterruptedException {
    start(3);
    Thread.sleep(300);
    beats.get(1).close();
    Thread.sleep(2 * TIMEOUT.toMillis());
    assertThat(beats.get(0)).matches(HeartbeatTest::quiet);
    assertThat(beats.get(2)).matches(HeartbeatTest::quiet);
  }

  @Test
  void endsAProcessThatDoesNotNotice() throws InterruptedException {
    start(2);
    Thread.sleep(300);
    lines.get(1).frozen = true; // its main thread hangs too, and never asks
    await(() -> stuck.size() == 2);
    assertThat(stuck).anyMatch(e -> String.valueOf(e.getMessage()).startsWith("rank 0 has not"));
  }
}
