package dev.softgate.examples.spark;

import dev.softgate.serving.SkippingClassifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * The one classifier of an executor's virtual machine, which all its tasks share. The first task
 * opens it. It is closed when the virtual machine ends.
 */
final class ExecutorClassifier {

  private static SkippingClassifier opened;
  private static byte[] openedFrom;

  private ExecutorClassifier() {}

  /**
   * The classifier of a checkpoint.
   *
   * @param checkpoint the file's bytes; kept, not copied
   * @param threads the threads that compute; 0 for one per processor
   * @throws IllegalStateException if this virtual machine has one of another checkpoint
   */
  static synchronized SkippingClassifier of(byte[] checkpoint, int threads) {
    if (opened == null) {
      opened = open(checkpoint, threads);
      openedFrom = checkpoint;
      Runtime.getRuntime().addShutdownHook(new Thread(opened::close, "softgate-close"));
    } else if (!Arrays.equals(openedFrom, checkpoint)) {
      throw new IllegalStateException("this executor classifies with another checkpoint");
    }
    return opened;
  }

  private static SkippingClassifier open(byte[] checkpoint, int threads) {
    try {
      Path file = Files.createTempFile("softgate-", ".safetensors"); // checkpoints are files
      try {
        Files.write(file, checkpoint);
        return SkippingClassifier.open(file, threads);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the checkpoint cannot be written to the temporary folder", e);
    }
  }
}
