package dev.softgate.training;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Watches a training while it is busy with what cannot be interrupted (a step, an evaluation, the
 * preparations), and keeps the state from before. If the training is asked to stop and is still
 * busy two seconds later, a callback saves that state and ends the program. See
 * docs/decisions/0028.
 */
public final class Standby implements AutoCloseable {

  /** Leaves three of five seconds to write a checkpoint. */
  private static final long GRACE_MILLIS = 2000;

  private static final long LOOK_MILLIS = 50;

  private final @Nullable BooleanSupplier stop;
  private final long graceMillis;
  private Consumer<@Nullable Checkpoint> leave;
  private @Nullable Checkpoint state;
  private boolean busy = true;
  private volatile boolean closed;

  private Standby(
      @Nullable BooleanSupplier stop, long graceMillis, Consumer<@Nullable Checkpoint> leave) {
    this.stop = stop;
    this.graceMillis = graceMillis;
    this.leave = leave;
  }

  /** Never ends the program. */
  public static Standby none() {
    return new Standby(null, 0, state -> {});
  }

  /**
   * Begins to watch, and counts as busy.
   *
   * @param stop whether to stop; asked by a thread of its own, again and again
   * @param leave ends the program; is given the state to save, or null where the newest checkpoint
   *     on disk is as new
   */
  public static Standby watch(BooleanSupplier stop, Consumer<@Nullable Checkpoint> leave) {
    return watch(stop, GRACE_MILLIS, leave);
  }

  static Standby watch(
      BooleanSupplier stop, long graceMillis, Consumer<@Nullable Checkpoint> leave) {
    Standby standby = new Standby(stop, graceMillis, leave);
    Thread thread = new Thread(standby::look, "standby");
    thread.setDaemon(true);
    thread.start();
    return standby;
  }

  /** Sets the action that ends the program. */
  public synchronized void leaveBy(Consumer<@Nullable Checkpoint> other) {
    leave = other;
  }

  /** Whether something so long needs the state from before: the rest ends within the grace. */
  boolean isLong(double seconds) {
    return stop != null && 2000 * seconds >= graceMillis;
  }

  /**
   * Something begins that cannot be interrupted.
   *
   * @param before the state until then, asked for at once and only where somebody watches; null
   *     where the newest checkpoint on disk is as new
   */
  public void begin(@Nullable Supplier<Checkpoint> before) {
    Checkpoint kept = before == null || stop == null ? null : before.get();
    synchronized (this) {
      busy = true;
      state = kept;
    }
  }

  /** It is over. Does not return once the program is being ended. */
  public synchronized void end() {
    busy = false;
    state = null;
  }

  private void look() {
    BooleanSupplier asked = stop;
    long since = 0; // when the stop was first seen
    while (asked != null && !closed) {
      if (asked.getAsBoolean()) {
        since = since == 0 ? System.nanoTime() : since;
        if (System.nanoTime() - since >= graceMillis * 1_000_000 && leaveIfBusy()) {
          return;
        }
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private synchronized boolean leaveIfBusy() {
    if (busy && !closed) {
      leave.accept(state);
      return true;
    }
    return false;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
