package dev.softgate.cli;

import static dev.softgate.cli.CommandRun.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A device, a pipe and a folder are no input files, and reading them would never end. */
class InputKindsTest {

  @TempDir private static Path folder;
  private static List<Path> kinds;

  @BeforeAll
  static void makeOneOfEachKind() throws Exception {
    kinds = new ArrayList<>(List.of(Files.createDirectory(folder.resolve("folder"))));
    Path pipe = folder.resolve("pipe");
    if (Files.isWritable(Path.of("/dev/zero"))
        && new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0) {
      kinds.addAll(List.of(Path.of("/dev/zero"), pipe));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "train --config",
        "train --dataset synthetic --labels",
        "train --dataset synthetic --drop-suspects 0.1 --scores",
        "import --out new",
        "parity",
      })
  void rejectsInputsThatAreNotFiles(String words) {
    for (Path kind : kinds) {
      List<String> arguments = new ArrayList<>(List.of(words.split(" ", -1)));
      arguments.add(kind.toString());
      CommandRun run =
          assertTimeoutPreemptively(
              Duration.ofSeconds(60), () -> TinyRun.run(arguments.toArray(String[]::new)));
      assertRefused(run, kind.toString());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"eval", "report", "extract --out new", "score", "train --resume"})
  void rejectsADeviceAsARun(String words) {
    for (Path kind : kinds) {
      List<String> arguments = new ArrayList<>(List.of(words.split(" ", -1)));
      arguments.add(kind.toString());
      CommandRun run =
          assertTimeoutPreemptively(
              Duration.ofSeconds(60), () -> TinyRun.run(arguments.toArray(String[]::new)));
      assertThat(run.exitCode()).as(run.err()).isEqualTo(2);
      assertThat(run.err()).contains(kind.toString()).hasLineCount(1);
    }
  }
}
