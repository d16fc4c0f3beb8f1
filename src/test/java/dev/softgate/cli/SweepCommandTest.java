package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.softgate.sweep.SweepFolder;
import dev.softgate.sweep.SweepListener;
import dev.softgate.sweep.SweepOutcome;
import dev.softgate.sweep.SweepPlan;
import dev.softgate.sweep.SweepRequest;
import dev.softgate.sweep.SweepRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SweepCommandTest {

  @TempDir private Path folder;

  private CommandRun sweep(String... arguments) throws IOException {
    Path file = folder.resolve("rates.yaml");
    Files.writeString(file, "base: quickstart\ngrid: {lr: [0.1, 0.05]}\nseeds: 2\n");
    String[] all = new String[arguments.length + 4];
    all[0] = "sweep";
    all[1] = file.toString();
    all[2] = "--runs-dir";
    all[3] = folder.resolve("runs").toString();
    System.arraycopy(arguments, 0, all, 4, arguments.length);
    return CommandRun.of(new RecordedTraining(), all);
  }

  @Test
  void listsTheRunsOfAShard() throws IOException {
    CommandRun listed = sweep("--dry-run", "--shard", "1/3");
    assertThat(listed.exitCode()).isZero();
    assertThat(listed.out().lines())
        .hasSize(2)
        .last()
        .asString()
        .matches("missing +1 +4 +lr=0\\.05_seed=1_[0-9a-f]{8}");
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void collectsWhatIsMissing() throws IOException {
    Files.createDirectories(folder.resolve("runs/rates"));
    CommandRun collected = sweep("--collect");
    assertThat(collected.exitCode()).isZero();
    assertThat(collected.out())
        .contains("lr=0.05      0 of 2  –", "4 of 4 runs are not finished: 4 missing");
    assertThat(folder.resolve("runs/rates/sweep.html"))
        .content()
        .contains("<title>Sweep rates", "2 combinations, 4 runs");
    assertThat(folder.resolve("runs/rates/sweep.csv")).content().hasLineCount(3);
    assertThat(folder.resolve("runs/rates/runs.csv")).content().hasLineCount(5);
    assertThat(sweep("--collect", "--json").out())
        .hasLineCount(1)
        .startsWith("{\"sweep\":\"rates\"")
        .contains("\"state\":\"missing\"");
  }

  @Test
  void rejectsOptionsThatDoNotFit() throws IOException {
    CommandRun.assertRefused(sweep("--jobs", "0"), "--jobs: must be from 1");
    CommandRun.assertRefused(sweep("--scale", "2"), "--scale: must be above 0 and at most 1");
    CommandRun.assertRefused(sweep("--preset", "published"), "specify a file", "--preset");
    CommandRun.assertRefused(sweep("--collect", "--dry-run"), "--collect trains nothing");
    CommandRun.assertRefused(sweep("--collect", "--shard", "0/2"), "--collect reads all shards");
    CommandRun.assertRefused(sweep("--dry-run", "--name", "../x"), "--name: must be a folder name");
    CommandRun.assertRefused(sweep("--shard", "2/2"), "--shard: must be i/n");
    CommandRun.assertRefused(sweep("--collect"), "no sweep was started");
  }

  /** Its end says how to compare the runs, with the options that matter for that. */
  @Test
  void trainsNothingInAnEmptyShardAndSaysWhatComesNext() throws IOException {
    try (LogCapture log = new LogCapture()) {
      CommandRun run = sweep("--jobs=2", "--shard", "5/6", "--retry-failed", "--name", "mine");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).contains("runs=0");
      assertThat(log.messages())
          .containsExactly(
              "shard 5/6 has no runs, for the sweep has 4; fewer shards suffice",
              "shard 5/6 is done; when all are, compare the runs: softgate sweep %s --runs-dir %s --name mine --collect"
                  .formatted(folder.resolve("rates.yaml"), folder.resolve("runs")));
    }
  }

  /** Without a terminal, a line for each run that has gone on. */
  @Test
  void logsHowRunsStand() throws IOException {
    Path file = Files.writeString(folder.resolve("s.yaml"), "base: quickstart\n");
    SweepPlan plan = SweepPlan.of(new SweepRequest(file, null, null, 1, Map.of()));
    SweepRun run = plan.runs().get(0);
    SweepOutcome counts = new SweepOutcome("s", folder, "0/1", 1, 0, 0, 0, 0, 1);
    try (LogCapture log = new LogCapture();
        SweepProgress progress = new SweepProgress(new SweepFolder(folder), null, 0)) {
      for (int epochs : new int[] {0, 1, 1, 2}) {
        double accuracy = epochs == 2 ? 0.5 : Double.NaN;
        progress.progress(
            counts, () -> List.of(new SweepListener.Live(run, epochs, accuracy, true)));
      }
      assertThat(log.messages())
          .containsExactly(
              "1 of 4 epochs: " + run.name(), "2 of 4 epochs, val 50.0%: " + run.name());
    }
  }

  @Test
  void redrawsTheTableInPlace() {
    ByteArrayOutputStream drawn = new ByteArrayOutputStream();
    LiveTable table = new LiveTable(new PrintStream(drawn, true, StandardCharsets.UTF_8), 8);
    table.show(() -> List.of("one", "two and more"));
    table.show(() -> List.of("too soon"));
    table.clear();
    table.show(() -> List.of("three"));
    assertThat(drawn.toString(StandardCharsets.UTF_8))
        .isEqualTo("one\ntwo and\u001b[1A\r\u001b[Jthree");
  }
}
