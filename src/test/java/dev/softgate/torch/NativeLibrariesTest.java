package dev.softgate.torch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.BadInputException;
import dev.softgate.JavaProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cache of native libraries that is empty, damaged or not writable. */
class NativeLibrariesTest {

  private static final int AT_ONCE = 3;

  @TempDir Path folder;

  /** A separate process with the cache {@code folder}. */
  private Process start(String name) throws IOException {
    return JavaProcess.of(
            "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve("cache"),
            "-XX:ErrorFile=" + folder.resolve("crash-" + name),
            Sum.class.getName())
        .redirectErrorStream(true)
        .redirectOutput(folder.resolve(name).toFile())
        .start();
  }

  private String output(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  /** Without our lock, two of three such starts ended in SIGBUS. */
  @Test
  void concurrentProcessesFillTheCacheOnce() throws IOException, InterruptedException {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < AT_ONCE; i++) {
      processes.add(start("process-" + i));
    }
    for (int i = 0; i < AT_ONCE; i++) {
      assertThat(processes.get(i).waitFor()).as(output("process-" + i)).isZero();
      assertThat(output("process-" + i)).isEqualTo("3.0\n");
    }

    Path damaged;
    try (Stream<Path> files = Files.walk(folder.resolve("cache"))) {
      damaged = files.filter(file -> file.endsWith("libtorch_cpu.so")).findFirst().orElseThrow();
    }
    long whole = Files.size(damaged);
    try (RandomAccessFile file = new RandomAccessFile(damaged.toFile(), "rw")) {
      file.setLength(whole / 2);
    }
    assertThat(start("after-a-kill").waitFor()).as(output("after-a-kill")).isZero();
    assertThat(Files.size(damaged)).isEqualTo(whole);
  }

  @Test
  void rejectsAnUnwritableCacheInOneLine() throws IOException, InterruptedException {
    Files.createDirectories(folder.resolve("cache/softgate.lock"));
    assertThat(start("refused").waitFor()).isEqualTo(2);
    assertThat(output("refused"))
        .contains("cannot unpack the native libraries", "softgate.lock", "cachedir=DIR");
  }

  /** Adds with libtorch. */
  static final class Sum {

    public static void main(String[] arguments) {
      try {
        TorchRuntime.start(1);
      } catch (BadInputException e) {
        System.out.println(e.getMessage());
        System.exit(2);
      }
      try (Scope scope = Scope.open()) {
        System.out.println(
            Tensor.ofFloats(Device.CPU, new float[] {1, 2}, 2).sumLast().toFloats()[0]);
      }
    }

    private Sum() {}
  }
}
