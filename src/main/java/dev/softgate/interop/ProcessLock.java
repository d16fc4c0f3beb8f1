package dev.softgate.interop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A lock that one process holds at a time. It ends with its process, even if that is killed. */
public final class ProcessLock implements AutoCloseable {

  /** The byte that {@link #tryTake} locks: behind the text, so that others can read the text. */
  private static final long LOCKED_BYTE = 1 << 20;

  /** The locked files: the system grants a process its lock again, and any close revokes it. */
  private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

  private final FileChannel file;
  private final @Nullable Path held;

  private ProcessLock(FileChannel file, @Nullable Path held) {
    this.file = file;
    this.held = held;
  }

  /** Waits for the lock, on a file that is never deleted; one thread of a process at a time. */
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
   * Takes the lock until it is closed; the file, never deleted, names the owner for others.
   *
   * @return null if somebody, including this process, holds the lock
   * @throws IOException if the file cannot be opened or its file system does not support locks
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

  /**
   * Whether somebody, including this process, has the lock of {@link #tryTake}. Looking holds it
   * for a moment; false on a file system without locks.
   */
  public static boolean isHeld(Path path) {
    Path folder = path.toAbsolutePath().getParent();
    if (folder == null || !Files.exists(path)) {
      return false;
    }
    try {
      if (HELD.contains(folder.toRealPath().resolve(Objects.requireNonNull(path.getFileName())))) {
        return true; // opening and closing the file would release it
      }
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ)) {
        return file.tryLock(LOCKED_BYTE, 1, true) == null;
      }
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
    if (held != null) {
      HELD.remove(held);
    }
  }
}
