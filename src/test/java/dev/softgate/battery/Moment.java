package dev.softgate.battery;

import dev.softgate.battery.Program.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** The moment when a process is ended. */
enum Moment {
  /** Uniform between the run folder's creation and the training's expected end. */
  ANY,
  /** After such a moment, while a checkpoint's temporary file is being written. */
  WRITING,
  /** After such a moment, when that file has just been renamed, before {@code last} is in place. */
  RENAMING;

  private static final long SPIN_NANOS = 20_000;
  private static final int MOST_NANOS_INTO_WRITING = 3_000_000;

  /**
   * Waits for the moment.
   *
   * @param share the share of the training's time that passes first, from 0 to 1
   * @return false if the process ended before
   */
  boolean await(Running process, Path run, double share, long nanos, Random random) {
    Reference.awaitFolder(process, run);
    sleepUntil(System.nanoTime() + (long) (share * nanos), process);
    Path checkpoints = run.resolve("checkpoints");
    if (this == WRITING) {
      spinUntil(process, () -> writing(checkpoints));
      sleepUntil(System.nanoTime() + random.nextInt(MOST_NANOS_INTO_WRITING), process);
    } else if (this == RENAMING) {
      spinUntil(process, () -> Files.exists(checkpoints.resolve("next.safetensors")));
    }
    return process.alive();
  }

  /** Whether a checkpoint's temporary file exists now. */
  static boolean writing(Path checkpoints) {
    if (!Files.isDirectory(checkpoints)) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(checkpoints, "*.tmp")) {
      return files.iterator().hasNext();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void sleepUntil(long nanoTime, Running process) {
    for (long left = 1; left > 0 && process.alive(); left = nanoTime - System.nanoTime()) {
      LockSupport.parkNanos(Math.min(left, 5_000_000));
    }
  }

  private interface Condition {
    boolean holds();
  }

  private static void spinUntil(Running process, Condition condition) {
    while (process.alive() && !condition.holds()) {
      LockSupport.parkNanos(SPIN_NANOS);
    }
  }
}
