package dev.softgate.distributed;

import dev.softgate.BadInputException;
import dev.softgate.interop.OneLine;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds out which process of a group is gone. A process that waits for others cannot tell: its
 * connection may stay open although the other was suspended, or break without a name.
 *
 * <p>Each process writes a new value under its key of the store every second. Rank 0, which has the
 * store, reads all and decides; the others read what rank 0 writes, and notice if that or the store
 * itself does not answer. A value is a number and what the process has to say: that it has trouble,
 * why it ends, or, from rank 0, which process is lost.
 *
 * <p>Time counts only while this process runs: after it was suspended, or the machine slept, the
 * others get their time again.
 */
final class Heartbeat implements AutoCloseable {

  /** The store as the processes see it. Any thread may use it. */
  interface Board {

    void put(String key, String value);

    /** Null if there is none. */
    @Nullable String get(String key);
  }

  private static final String KEY = "group/beat/";
  private static final String TROUBLE = "trouble";
  private static final String DONE = "done";
  private static final String LEFT = "left ";
  private static final String REFUSED = "refused ";
  private static final String STOPPED = "stopped";
  private static final String LOST = "lost ";

  /** The share of the time-out until a silent process counts as lost: the rest is for ending. */
  private static final double PATIENCE = 0.9;

  private static final long MOST_INTERVAL_MILLIS = 1000;

  /** If connections break, the process that is gone falls silent at once. */
  private static final int TROUBLED_INTERVALS = 4;

  /** Time to agree on the process that is gone, in intervals. */
  private static final int VERDICT_INTERVALS = 10;

  /** From then on a process that has not noticed is stuck in native code, or busy for long. */
  private static final int STUCK_INTERVALS = 5;

  /** What a process takes to read that another ends, in intervals. */
  private static final int FAREWELL_INTERVALS = 3;

  private final Board board;
  private final int rank;
  private final long intervalMillis;
  private final long patienceMillis;
  private final Consumer<RuntimeException> stuck;
  private final @Nullable String[] seen;
  private final long[] silentMillis;
  private final Thread beating;
  private long beats;
  private long answered; // the number of the last beat that the store took
  private String word = "";
  private @Nullable RuntimeException lost;
  private long lostMillis;
  private boolean noticed;
  private boolean closed;

  /**
   * Begins to beat and to watch.
   *
   * @param timeout after which a silent process is lost
   * @param stuck ends this process if it does not notice a loss by itself
   */
  Heartbeat(Board board, int rank, int size, Duration timeout, Consumer<RuntimeException> stuck) {
    this.board = board;
    this.rank = rank;
    this.patienceMillis = Math.max(1, (long) (PATIENCE * timeout.toMillis()));
    this.intervalMillis = Math.max(1, Math.min(MOST_INTERVAL_MILLIS, timeout.toMillis() / 10));
    this.stuck = stuck;
    this.seen = new String[size];
    this.silentMillis = new long[size];
    this.beating = thread("heartbeat", this::beat);
    beating.start();
    thread("watch over processes", this::watch).start();
  }

  private static Thread thread(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Throws if a process is gone. */
  synchronized void check() {
    if (lost != null) {
      noticed = true;
      throw lost;
    }
  }

  /** Which process is gone after an operation has failed; waits until that is clear. */
  synchronized RuntimeException blame(RuntimeException failure) {
    noticed = true;
    say(TROUBLE);
    await(VERDICT_INTERVALS, () -> lost != null);
    if (lost == null) {
      lost =
          new LostProcessException(
              "rank %d lost its connection to another process: %s"
                  .formatted(rank, OneLine.of(String.valueOf(failure.getMessage()))),
              failure);
    }
    return lost;
  }

  /**
   * Tells the others that this process ends early. Rank 0 stays a moment, so that they can read it.
   *
   * @param refusal whether bad input is the reason, so that all refuse it
   * @param reason one line
   */
  synchronized void leave(boolean refusal, String reason) {
    leave((refusal ? REFUSED : LEFT) + reason);
  }

  /** Tells the others that this process was asked to stop. */
  synchronized void leaveStopped() {
    leave(STOPPED);
  }

  private void leave(String text) {
    noticed = true;
    say(text);
    awaitAnswer();
    if (rank == 0) {
      await(FAREWELL_INTERVALS, this::othersHaveEnded);
    }
  }

  private void say(String text) {
    if (!isLast(word)) {
      word = text;
      notifyAll();
    }
  }

  private boolean othersHaveEnded() {
    return Arrays.stream(seen).skip(1).allMatch(text -> text != null && hasEnded(text));
  }

  private static boolean hasEnded(String text) {
    return isLast(said(text));
  }

  private static boolean isLast(String said) {
    return said.equals(DONE)
        || said.equals(STOPPED)
        || said.startsWith(LEFT)
        || said.startsWith(REFUSED)
        || said.startsWith(LOST);
  }

  private void awaitAnswer() {
    long next = beats + 1;
    await(FAREWELL_INTERVALS, () -> answered >= next || !beating.isAlive());
  }

  /** Waits for a condition, without the lock, at most this number of intervals. */
  private void await(int intervals, BooleanSupplier condition) {
    long deadline = System.nanoTime() + intervals * intervalMillis * 1_000_000;
    try {
      while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
        wait(Math.max(1, intervalMillis / 8));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for other processes", e);
    }
  }

  private void beat() {
    while (!isClosed()) {
      try {
        round();
      } catch (RuntimeException e) {
        lose("rank 0 has ended, or cannot be reached", e);
        return;
      }
      synchronized (this) {
        answered = beats;
        notifyAll();
        String said = word;
        await(1, () -> closed || !word.equals(said));
      }
    }
  }

  private void round() {
    String text;
    synchronized (this) {
      beats++;
      text = beats + " " + word;
    }
    board.put(KEY + rank, text);
    for (int other = 0; other < seen.length; other++) {
      if (other != rank && (rank == 0 || other == 0)) {
        note(other, board.get(KEY + other));
      }
    }
  }

  private synchronized void note(int other, @Nullable String text) {
    if (text == null || text.equals(seen[other])) {
      return;
    }
    seen[other] = text;
    silentMillis[other] = 0;
    String said = said(text);
    if (said.equals(STOPPED)) {
      end(new StoppedTogetherException(other), STOPPED);
    } else if (said.startsWith(REFUSED)) {
      String reason = said.substring(REFUSED.length());
      refuse(reason.startsWith("rank ") ? reason : "rank " + other + ": " + reason);
    } else if (said.startsWith(LEFT)) {
      lose("rank " + other + " has ended: " + said.substring(LEFT.length()), null);
    } else if (other == 0 && said.startsWith(LOST)) {
      lose(said.substring(LOST.length()), null);
    }
  }

  private static String said(String text) {
    return text.substring(text.indexOf(' ') + 1);
  }

  private void watch() {
    long tick = Math.max(1, intervalMillis / 4);
    long before = System.nanoTime();
    while (!isClosed()) {
      sleep(tick);
      long now = System.nanoTime();
      judge(Math.min((now - before) / 1_000_000, 2 * tick));
      before = now;
    }
  }

  /** Counts the time that this process was awake, and decides. */
  private synchronized void judge(long awakeMillis) {
    if (closed) {
      return;
    }
    if (lost != null) {
      lostMillis += awakeMillis;
      if (!noticed && lostMillis >= STUCK_INTERVALS * intervalMillis) {
        closed = true;
        stuck.accept(lost);
      }
      return;
    }
    boolean trouble = troubled();
    long patience =
        trouble ? Math.min(patienceMillis, TROUBLED_INTERVALS * intervalMillis) : patienceMillis;
    for (int other = 0; other < seen.length; other++) {
      String last = seen[other];
      boolean expected = rank == 0 ? last != null && !hasEnded(last) : other == 0;
      if (other == rank || !expected) {
        continue;
      }
      silentMillis[other] += awakeMillis;
      if (silentMillis[other] >= patience) {
        lose(
            trouble
                ? "rank " + other + " is gone: it was killed, it crashed, or its network broke"
                : "rank %d has not answered for %d s: it was suspended, or its network broke"
                    .formatted(other, Math.max(1, Math.round(silentMillis[other] / 1000.0))),
            null);
      }
    }
  }

  private boolean troubled() {
    return word.equals(TROUBLE)
        || (rank == 0
            && Arrays.stream(seen).anyMatch(text -> text != null && said(text).equals(TROUBLE)));
  }

  private synchronized void lose(String message, @Nullable Throwable cause) {
    end(new LostProcessException(message, cause), LOST + message);
  }

  private void refuse(String message) {
    end(new BadInputException("%s", message), REFUSED + message);
  }

  /** This process ends; rank 0 tells the others. */
  private void end(RuntimeException reason, String verdict) {
    if (lost == null && !closed) {
      lost = reason;
      if (rank == 0) {
        say(verdict);
      }
      notifyAll();
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while watching over processes", e);
    }
  }

  /** Tells the others that this process needs them no more, and stops. */
  @Override
  public void close() {
    stop();
  }

  /**
   * The same.
   *
   * @return whether the store is free: a call of it may never return
   */
  boolean stop() {
    synchronized (this) {
      if (!noticed) {
        say(DONE);
        awaitAnswer();
      }
      closed = true;
      notifyAll();
    }
    try {
      beating.join(intervalMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return !beating.isAlive();
  }
}
