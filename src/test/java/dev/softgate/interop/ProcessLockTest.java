package dev.softgate.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLockTest {

  @TempDir Path folder;

  private @Nullable ProcessLock take(String owner) throws IOException {
    return ProcessLock.tryTake(folder.resolve("lock"), owner);
  }

  @Test
  void rejectsASecondHolderInTheSameProcess() throws IOException {
    try (ProcessLock first = take("first")) {
      assertThat(first).isNotNull();
      assertThat(take("second")).isNull();
      assertThat(folder.resolve("lock")).hasContent("first");
    }
    try (ProcessLock third = take("3")) {
      assertThat(third).isNotNull();
      assertThat(folder.resolve("lock")).hasContent("3");
    }
  }

  @Test
  void killedProcessReleasesTheLock() throws IOException, InterruptedException {
    Path file = folder.resolve("lock");
    Process other =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                file.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertThat(other.getInputStream().read()).isEqualTo('!');
      assertThat(take("me")).isNull();
      assertThat(take("me")).as("after a try that failed").isNull();
      assertThat(ProcessLock.isHeld(file)).isTrue();
      assertThat(Files.readString(file)).isEqualTo("other");
    } finally {
      other.destroyForcibly();
    }
    assertThat(other.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(ProcessLock.isHeld(file)).isFalse();
    try (ProcessLock lock = take("me")) {
      assertThat(lock).isNotNull();
    }
  }

  /** Takes the lock, reports it, and keeps it. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
      try (ProcessLock lock = ProcessLock.tryTake(Path.of(arguments[0]), "other")) {
        System.out.print(lock == null ? '?' : '!');
        System.out.flush();
        Thread.sleep(60_000);
      }
    }
  }
}
