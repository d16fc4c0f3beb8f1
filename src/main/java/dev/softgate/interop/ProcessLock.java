package dev.softgate.interop;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A lock that one process has at a time. Of the threads of one process one may ask for it at a
 * time.
 */
public final class ProcessLock implements AutoCloseable {

  private final FileChannel file;

  private ProcessLock(FileChannel file) {
    this.file = file;
  }

  /**
   * Waits until no other process has the lock, and takes it until it is closed.
   *
   * @param path of a file that is made where it is not there, and stays
   */
  public static ProcessLock take(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      file.lock();
      return new ProcessLock(file);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
