package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.BadInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OneLineErrorsTest {

  private static TrainingProgram failing(RuntimeException e) {
    return request -> {
      throw e;
    };
  }

  @Test
  void reportsBadInputInOneLineAndExitsWith2() {
    TrainingProgram training = failing(new BadInputException("data/x.bin: truncated\n  at 12"));
    CommandRun run = CommandRun.of(training, "train");
    assertThat(run)
        .isEqualTo(
            new CommandRun(
                2, "", "softgate: data/x.bin: truncated; at 12" + System.lineSeparator()));
  }

  @Test
  void reportsADivergenceInOneLine(@TempDir Path folder) {
    CommandRun run =
        TinyRun.run(
            ("train --dataset synthetic --limit-train 64 --limit-test 9 --val-fraction 0 --depth 14"
                    + " --epochs 9 --batch-size 16 --threads 1 --precision fp32 --lr 1e10 --runs-dir "
                    + folder)
                .split(" ", -1));

    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err())
        .startsWith("softgate: the training diverged at epoch ")
        .endsWith("; try a lower learning rate" + System.lineSeparator())
        .doesNotContain("Exception", "trace")
        .hasLineCount(1);
  }

  @Test
  void reportsABugInOneLineWithItsStackTraceFile() throws IOException {
    CommandRun run = CommandRun.of(failing(new IllegalStateException("broken")), "train");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).hasLineCount(1);
    Matcher line =
        Pattern.compile(
                "softgate: failed: java.lang.IllegalStateException: broken"
                    + " \\(stack trace in (.*)\\)\\R")
            .matcher(run.err());
    assertThat(line.matches()).isTrue();
    Path trace = Path.of(line.group(1));
    assertThat(trace).content().contains("IllegalStateException: broken", "\tat ");
    Files.delete(trace);
  }

  @Test
  void debugPrintsTheStackTrace() {
    CommandRun fault = CommandRun.of(failing(new IllegalStateException("b")), "train", "--debug");
    assertThat(fault.exitCode()).isEqualTo(1);
    assertThat(fault.err()).contains("\tat ").doesNotContain("stack trace in");
    CommandRun input = CommandRun.of(failing(new BadInputException("b")), "train", "--debug");
    assertThat(input.exitCode()).isEqualTo(2);
    assertThat(input.err()).contains("\tat ");
  }

  @Test
  void acceptsDebugBeforeTheCommand() {
    CommandRun run = CommandRun.of(failing(new IllegalStateException("b")), "--debug", "train");
    assertThat(run.err()).contains("\tat ");
  }

  @Test
  void reportsAFullHeap() {
    TrainingProgram training =
        request -> {
          throw new OutOfMemoryError("heap");
        };
    CommandRun run = CommandRun.of(training, "train", "--debug");
    assertThat(run.exitCode()).isEqualTo(1);
    assertThat(run.err()).startsWith("softgate: out of memory: the heap of ").contains("\tat ");
  }

  @Test
  void interruptionExitsWith130() {
    TrainingProgram training =
        request -> {
          throw new InterruptedException();
        };
    assertThat(CommandRun.of(training, "train").exitCode()).isEqualTo(130);
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "\"\", no command given",
        "trian, no command trian; meant train",
        "quux, no command quux (see 'softgate --help')",
        "train quux, unexpected argument quux (see 'softgate train --help')",
        "--verison, --version?",
        "train --epohcs 3, --epochs?",
      })
  void reportsBadUsageInOneLineWithAHint(String line, String says) {
    CommandRun run =
        CommandRun.of(new RecordedTraining(), line.isEmpty() ? new String[0] : line.split(" ", -1));
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("softgate: ").contains(says).hasLineCount(1);
    assertThat(run.out()).isEmpty();
  }
}
