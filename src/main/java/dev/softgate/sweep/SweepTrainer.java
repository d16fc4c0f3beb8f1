package dev.softgate.sweep;

import org.jspecify.annotations.Nullable;

/** Trains runs of a sweep, each by itself, so that none disturbs another. */
@FunctionalInterface
public interface SweepTrainer {

  /**
   * Starts a run, or continues it where it was interrupted.
   *
   * @param threads the training's; null for its configuration's
   */
  Training start(SweepRun run, SweepFolder folder, @Nullable Integer threads);

  /** A training that was started. */
  interface Training {

    /** Asks it to save and end; a second time changes nothing. */
    void stop();

    /** Waits for its end, so long at most; null if it goes on. */
    @Nullable End await(long millis) throws InterruptedException;
  }

  /**
   * How a training ended.
   *
   * @param failure what went wrong, in one line; null if nothing did
   */
  record End(@Nullable String failure) {}
}
