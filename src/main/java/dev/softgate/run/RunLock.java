package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.interop.ProcessLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The right to write a run's checkpoints and tables: a training has it, a calibration, and who
 * trains networks within the run's folder. Who only reads, or replaces a file of its own as a whole
 * ({@code eval}, {@code report}, {@code score}), does without. See docs/decisions/0028.
 */
public final class RunLock implements AutoCloseable {

  /** How long to wait for a process that only looks whether the lock is held. */
  private static final int LOOKS = 10;

  private static final long LOOK_MILLIS = 50;

  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  private final @Nullable ProcessLock lock;

  private RunLock(@Nullable ProcessLock lock) {
    this.lock = lock;
  }

  /**
   * Takes it until it is closed, or the process ends. On a file system without locks it is only
   * said that nothing keeps others away.
   *
   * @throws BadInputException if another process has it, or this one, or the folder cannot be
   *     written to
   */
  public static RunLock take(RunFolder run) {
    if (!Files.isWritable(run.path())) {
      throw new BadInputException(run.path() + " cannot be written to; look at its permissions");
    }
    Path file = run.lock();
    ProcessLock lock;
    try {
      lock = tryTake(file);
    } catch (IOException e) {
      LoggerFactory.getLogger(RunLock.class)
          .warn(
              "{} cannot be locked ({}): let no other process write it", run.path(), e.toString());
      return new RunLock(null);
    }
    if (lock == null) {
      throw new BadInputException(
          "%s is being written by process %s; wait until that ends, or stop it"
              .formatted(run.path(), TextFiles.read(file).strip()));
    }
    return new RunLock(lock);
  }

  private static @Nullable ProcessLock tryTake(Path file) throws IOException {
    String owner = ProcessHandle.current().pid() + " on " + host() + "\n";
    for (int look = 1; ; look++) {
      ProcessLock lock = ProcessLock.tryTake(file, owner);
      if (lock != null || look == LOOKS) {
        return lock;
      }
      try {
        Thread.sleep(LOOK_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return null;
      }
    }
  }

  /** Whether a process, or this one, writes the run now. */
  public static boolean isTaken(RunFolder run) {
    return ProcessLock.isHeld(run.lock());
  }

  private static String host() throws IOException {
    return Files.exists(HOST_NAME)
        ? Files.readString(HOST_NAME).strip()
        : InetAddress.getLocalHost().getHostName();
  }

  @Override
  public void close() {
    try {
      if (lock != null) {
        lock.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot unlock a run", e);
    }
  }
}
