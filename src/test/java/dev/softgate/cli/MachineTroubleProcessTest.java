package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.softgate.training.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@EnabledOnOs(OS.LINUX)
class MachineTroubleProcessTest {

  private record Ended(int exitCode, String err) {}

  @TempDir Path folder;

  private Ended shell(String script, String... parameters) throws Exception {
    List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    words.addAll(List.of(parameters));
    Path err = folder.resolve("err.txt");
    Process process =
        new ProcessBuilder(words)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(err.toFile())
            .start();
    return new Ended(process.waitFor(), Files.readString(err, StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ulimit -n 32; exec \"$@\"      | no file handles are left (limit 32); raise the limit",
        "\"$@\" > /dev/full             | cannot write to standard output: the disk is full",
        "exec \"$@\" >&-                | cannot write to standard output: Bad file descriptor",
      })
  void reportsMachineFailuresInOneLine(String script, String line) throws Exception {
    Ended ended =
        shell(
            script,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "models");
    assertThat(ended.err()).startsWith("softgate: " + line).hasLineCount(1);
    assertThat(ended.err()).doesNotContain("java.", "Exception", "Error");
    assertThat(ended.exitCode()).isEqualTo(1);
  }

  /** On a small file system in memory, where this may be mounted. */
  @Test
  void resumesAfterAFullDisk() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    assumeTrue(
        shell("mount -t tmpfs -o size=3m tmpfs \"$1\"", disk.toString()).exitCode() == 0,
        "no file system can be mounted here");
    try {
      String[] arguments = TinyRun.arguments(disk, "full", 2, "--val-fraction=0.1");
      CommandRun full = TinyRun.run(arguments);
      Path run = disk.resolve("runs").resolve("full");
      assertThat(full.exitCode()).isEqualTo(1);
      assertThat(full.err())
          .startsWith("softgate: cannot write " + run)
          .contains("the disk is full", "softgate train --resume " + run)
          .hasLineCount(1);
      assertThat(Checkpoint.read(run.resolve("checkpoints/last.safetensors")).progress().epoch())
          .isLessThan(2);
      assertThat(leftovers(run)).isEmpty();

      assertThat(shell("mount -o remount,size=60m \"$1\"", disk.toString()).exitCode()).isZero();
      assertThat(TinyRun.run("train", "--resume", run.toString()).exitCode()).isZero();
      assertThat(new TinyRun(run).summary().get("status").textValue()).isEqualTo("finished");
    } finally {
      shell("umount \"$1\"", disk.toString());
    }
  }

  private static List<Path> leftovers(Path run) throws IOException {
    try (var files = Files.walk(run)) {
      return files.filter(file -> file.toString().endsWith(".tmp")).toList();
    }
  }
}
