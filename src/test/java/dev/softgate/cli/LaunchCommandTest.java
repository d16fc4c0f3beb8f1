package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.JavaProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code softgate launch}, as a process that starts others. */
@DisabledOnOs(OS.WINDOWS)
class LaunchCommandTest {

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--processes=0 -- train    | --processes: must be from 1 to 1024, found 0",
        "--processes=2 -- eval RUN | launch starts trainings: write 'train' and its options after"
            + " --, not eval",
        "--processes=2 --restarts=-1 -- train | --restarts: must be at least 0, found -1",
        "--processes=2 --threads=0 -- train   | --threads: must be at least 1, found 0",
        "--processes=2 | Missing required parameter: '-- train OPTION' (see 'softgate launch"
            + " --help')",
      })
  void refusesBadOptionsItself(String arguments, String line) {
    List<String> words = new ArrayList<>(List.of("launch"));
    words.addAll(List.of(arguments.strip().split(" ")));
    CommandRun run = TinyRun.run(words.toArray(String[]::new));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("softgate: " + line + System.lineSeparator());
  }

  @Test
  void refusesToStartOnceForEachRank() throws Exception {
    ProcessBuilder builder =
        JavaProcess.of("-XX:TieredStopAtLevel=1", Main.class.getName(), "launch", "--processes=2");
    builder.command().addAll(List.of("--", "train"));
    builder.environment().putAll(Map.of("RANK", "1", "WORLD_SIZE", "4"));
    builder.environment().putAll(Map.of("MASTER_ADDR", "node1", "MASTER_PORT", "29500"));
    Process process = builder.directory(folder.toFile()).start();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(err)
        .isEqualTo(
            "softgate: this process is rank 1 of 4 already, by RANK and WORLD_SIZE: run softgate"
                + " train, without launch, or unset them"
                + System.lineSeparator());
    assertThat(process.waitFor()).isEqualTo(2);
  }

  @Test
  void reportsOnceWhatAllRanksRefuse() throws Exception {
    Process process =
        JavaProcess.of(
                "-XX:TieredStopAtLevel=1",
                Main.class.getName(),
                "launch",
                "--processes=2",
                "--",
                "train",
                "--depth=x")
            .directory(folder.toFile())
            .start();
    String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(err)
        .isEqualTo(
            "softgate: --depth: expected a whole number, found 'x'" + System.lineSeparator());
    assertThat(process.waitFor()).isEqualTo(2);
    assertThat(folder).isEmptyDirectory();
  }
}
