package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.JavaProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sweeps as users start them: processes, which are killed and started twice. */
@Tag("battery")
class SweepProcessTest {

  private static final long WAIT_SECONDS = 1200;

  @TempDir private Path folder;

  private Process sweep(String runs, String... options) throws IOException {
    Path file = folder.resolve("s.yaml");
    if (!Files.exists(file)) {
      Files.writeString(
          file,
          """
          base: {dataset: synthetic, limit-train: 64, limit-val: 16, limit-test: 16, depth: 14,
            batch-size: 16, epochs: 4, schedule: [3], canvas: none, precision: fp32}
          grid: {lr: [0.1, 0.05, 0.02]}
          """);
    }
    List<String> command = new ArrayList<>(List.of("-Xmx1g", "-XX:+UseSerialGC"));
    command.addAll(List.of(Main.class.getName(), "sweep", file.toString(), "--threads", "1"));
    command.addAll(List.of("--runs-dir", folder.resolve(runs).toString()));
    command.addAll(List.of(options));
    return JavaProcess.of(command.toArray(String[]::new))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(runs + ".txt").toFile()))
        .start();
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(WAIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  private List<Path> runs(String runs) throws IOException {
    try (Stream<Path> found = Files.list(folder.resolve(runs).resolve("s"))) {
      return found
          .filter(path -> path.getFileName().toString().startsWith("lr="))
          .sorted()
          .toList();
    }
  }

  /** Waits until {@code count} runs have done an epoch. */
  private void awaitEpochs(String runs, int count) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WAIT_SECONDS);
    while (System.nanoTime() < end) {
      Path sweep = folder.resolve(runs).resolve("s");
      int done = 0;
      for (Path run : Files.exists(sweep) ? runs(runs) : List.<Path>of()) {
        Path metrics = run.resolve("metrics.csv");
        done += Files.exists(metrics) && Files.readAllLines(metrics).size() > 1 ? 1 : 0;
      }
      if (done >= count) {
        return;
      }
      Thread.sleep(50);
    }
    throw new AssertionError("no epoch was done");
  }

  @Test
  void killedSweepEndsWithTheFilesOfAnUndisturbedOne() throws Exception {
    assertThat(exitCode(sweep("whole"))).isZero();
    assertThat(exitCode(sweep("whole", "--collect"))).isZero();

    Process first = sweep("parts");
    awaitEpochs("parts", 1);
    first.destroyForcibly(); // its training saves and ends
    Process second = sweep("parts");
    awaitEpochs("parts", 2);
    List<ProcessHandle> trainings = second.descendants().toList();
    second.destroyForcibly();
    trainings.forEach(ProcessHandle::destroyForcibly);
    Process third = sweep("parts", "--jobs", "2");
    Process fourth = sweep("parts", "--jobs", "2");
    assertThat(exitCode(third)).isZero();
    assertThat(exitCode(fourth)).isZero();
    assertThat(exitCode(sweep("parts", "--collect"))).isZero();

    for (String file : List.of("sweep.csv", "runs.csv", "sweep.md")) {
      assertThat(folder.resolve("parts/s").resolve(file))
          .hasSameBinaryContentAs(folder.resolve("whole/s").resolve(file));
    }
    assertThat(runs("parts")).hasSize(3);
    for (Path run : runs("parts")) {
      for (String file : List.of("metrics.csv", "gates-test.csv")) {
        assertThat(run.resolve(file))
            .hasSameBinaryContentAs(
                folder.resolve("whole/s").resolve(run.getFileName()).resolve(file));
      }
    }
    assertThat(Files.readString(folder.resolve("whole/s/runs.csv")).lines().skip(1))
        .as("control: the runs differ")
        .extracting(line -> line.split(",", -1)[13])
        .doesNotHaveDuplicates();
  }
}
