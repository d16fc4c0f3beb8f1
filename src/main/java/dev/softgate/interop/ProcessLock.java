package dev.softgate.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A lock that one process has at a time, and that ends with its process, however that ends. */
public final class ProcessLock implements AutoCloseable {

  /** What {@link #tryTake} locks: a byte behind the text, so that others can read the text. */
  private static final long LOCKED_BYTE = 1 << 20;

  /**
   * The files that this process has by {@link #tryTake}. The system gives a process its own lock
   * again, and takes it away when any channel of the file is closed.
   */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final FileChannel file;
  private final @Nullable Path held;

  private ProcessLock(FileChannel file, @Nullable Path held) {
    this.file = file;
    this.held = held;
  }

  /**
   * Waits until no other process has the lock, and takes it until it is closed. Of the threads of
   * one process one may wait at a time.
   *
   * @param path of a file that is made where it is not there, and stays
   */
  public static ProcessLock take(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      file.lock();
      return new ProcessLock(file, null);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /**
   * Takes the lock until it is closed, if nobody has it, this process included.
   *
   * @param path of a file that is made where it is not there, and stays
   * @param owner is written into the file, for others to read
   * @return null if somebody has it
   * @throws IOException if the file cannot be opened, or its file system has no locks
   */
  public static @Nullable ProcessLock tryTake(Path path, String owner) throws IOException {
    Path folder = Objects.requireNonNull(path.toAbsolutePath().getParent()).toRealPath();
    Path key = folder.resolve(Objects.requireNonNull(path.getFileName()));
    if (!HELD.add(key)) {
      return null;
    }
    FileChannel file = null;
    boolean taken = false;
    try {
      file = FileChannel.open(key, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      taken = file.tryLock(LOCKED_BYTE, 1, false) != null;
      if (taken) {
        file.truncate(0).write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)));
      }
    } finally {
      if (!taken) {
        if (file != null) {
          file.close();
        }
        HELD.remove(key);
      }
    }
    return taken ? new ProcessLock(file, key) : null;
  }

  @Override
  public void close() throws IOException {
    file.close();
    if (held != null) {
      HELD.remove(held);
    }
  }
}
