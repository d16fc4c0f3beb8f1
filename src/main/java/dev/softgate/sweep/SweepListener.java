package dev.softgate.sweep;

import java.util.List;
import java.util.function.Supplier;

/** Is told how a sweep goes on. Called on the sweep's thread. */
public interface SweepListener {

  /** A listener that shows nothing. */
  SweepListener NONE = new SweepListener() {};

  /**
   * A run that is being trained now.
   *
   * @param epochs done
   * @param validationAccuracy after the last of these, a fraction; NaN if there is none
   * @param here whether by this process
   */
  record Live(SweepRun run, int epochs, double validationAccuracy, boolean here) {}

  /**
   * New runs get another number of threads than finished ones had; results differ in rounding
   * between numbers of threads. Called once at most, before the first start.
   */
  default void threadsDiffer(int before, int now) {}

  /** A run was started, or is continued. */
  default void started(SweepRun run, RunState before) {}

  /**
   * A run ended.
   *
   * @param detail what it reached, or why it failed
   */
  default void ended(SweepRun run, RunState state, String detail) {}

  /** Another process has begun a run, so that this one leaves it alone until that ends. */
  default void leftToOthers(SweepRun run) {}

  /**
   * Called several times a second.
   *
   * @param live reads what is being trained from the folder
   */
  default void progress(SweepOutcome counts, Supplier<List<Live>> live) {}
}
