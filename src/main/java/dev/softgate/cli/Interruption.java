package dev.softgate.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Notices that the person asked the program to end (Ctrl-C, {@code kill}) and holds the virtual
 * machine until the work has been saved: closing releases it. The machine then exits with 128 and
 * the number of the signal, 130 for Ctrl-C.
 */
final class Interruption implements BooleanSupplier, AutoCloseable {

  private static final int MOST_SECONDS_TO_SAVE = 120;

  private final CountDownLatch saved = new CountDownLatch(1);
  private final Thread hook = new Thread(this::holdUntilSaved, "interruption");
  private volatile boolean requested;

  private Interruption() {}

  /** Begins to watch. */
  static Interruption watch() {
    Interruption interruption = new Interruption();
    Runtime.getRuntime().addShutdownHook(interruption.hook);
    return interruption;
  }

  /** Whether the program was asked to end. */
  @Override
  public boolean getAsBoolean() {
    return requested;
  }

  /** Lets the virtual machine go. */
  @Override
  public void close() {
    saved.countDown();
    if (!requested) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        requested = true; // the shutdown has just begun
      }
    }
  }

  private void holdUntilSaved() {
    requested = true;
    try {
      if (!saved.await(MOST_SECONDS_TO_SAVE, TimeUnit.SECONDS)) {
        System.err.println("softgate: gave up waiting for the last checkpoint");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
