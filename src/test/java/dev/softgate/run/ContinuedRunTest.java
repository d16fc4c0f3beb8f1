package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.cli.CommandRun;
import dev.softgate.cli.TinyRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code train --name NAME --continue}: one command that starts a run and continues it. */
class ContinuedRunTest {

  @TempDir private Path folder;

  private String[] arguments(String name, String... options) {
    return TinyRun.arguments(folder, name, 2, options);
  }

  private Path run(String name) {
    return folder.resolve("runs").resolve(name);
  }

  @Test
  void startsResumesAndFinishesWithTheSameFiles() throws IOException {
    assertThat(TinyRun.run(arguments("whole")).exitCode()).isZero();

    String[] again = arguments("parts", "--continue");
    assertThat(TinyRun.runOneStep(again).exitCode()).isEqualTo(130);
    assertThat(run("parts").resolve("gates-test.csv")).doesNotExist();
    assertThat(TinyRun.run(again).exitCode()).isZero();
    for (String file : new String[] {"metrics.csv", "gates-test.csv"}) {
      assertThat(run("parts").resolve(file)).hasSameBinaryContentAs(run("whole").resolve(file));
    }

    byte[] summary = Files.readAllBytes(run("parts").resolve("summary.json"));
    assertThat(TinyRun.run(again).exitCode()).as("finished").isZero();
    assertThat(run("parts").resolve("summary.json")).hasBinaryContent(summary);
    assertThat(run("parts-2")).doesNotExist();
  }

  @Test
  void rejectsOtherSettings() {
    assertThat(TinyRun.runOneStep(arguments("a", "--continue")).exitCode()).isEqualTo(130);
    CommandRun other = TinyRun.run(arguments("a", "--continue", "--lr", "0.05", "--test-every=2"));
    assertThat(other.exitCode()).isEqualTo(2);
    assertThat(other.err())
        .contains("was begun with --lr 0.1, --test-every 1; use the same settings")
        .hasLineCount(1);
    CommandRun nameless = TinyRun.run("train", "--continue");
    assertThat(nameless.exitCode()).isEqualTo(2);
    assertThat(nameless.err()).contains("--continue requires --name");
  }

  @Test
  void beginsInAFolderThatAKilledStartLeftBehind() throws IOException {
    Files.createDirectories(run("killed").resolve("checkpoints"));
    assertThat(TinyRun.runOneStep(arguments("killed", "--continue")).exitCode()).isEqualTo(130);
    assertThat(run("killed").resolve("config.yaml")).exists();
    assertThat(run("killed-2")).doesNotExist();
  }

  @Test
  void rejectsAFolderWithOtherFiles() throws IOException {
    Files.createDirectories(run("photos"));
    Files.writeString(run("photos").resolve("cat.txt"), "cat");
    CommandRun refused = TinyRun.run(arguments("photos", "--continue"));
    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("photos is not a run's folder");
    assertThat(run("photos").resolve("checkpoints")).doesNotExist();
  }

  @Test
  void lockTellsWhoWrites() throws IOException {
    RunFolder run = RunFolder.create(folder, "r");
    assertThat(RunLock.isTaken(run)).isFalse();
    try (RunLock lock = RunLock.take(run)) {
      assertThat(RunLock.isTaken(run)).isTrue();
      assertThatThrownBy(() -> RunLock.take(run))
          .isInstanceOf(BadInputException.class)
          .hasMessageContaining("is being written by process");
    }
    assertThat(RunLock.isTaken(run)).isFalse();
  }
}
