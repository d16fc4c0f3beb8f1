package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.softgate.config.Presets;
import dev.softgate.config.RunConfig;
import dev.softgate.run.TrainOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Unmatched;

class TrainCommandTest {

  /** A line a number, for Katib and shells. */
  private static final String METRICS =
      """
      test_accuracy=0.936
      best_epoch=3
      best_val_accuracy=0.41
      best_test_accuracy=0.44
      test_mean_gate=0.495
      epochs=4
      images_per_second=812.5
      epoch_seconds=3.25
      """;

  @TempDir Path folder;

  private final RecordedTraining training = new RecordedTraining();

  private CommandRun train(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "train";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return CommandRun.of(training, all);
  }

  private Path run(RunConfig config) throws IOException {
    Files.writeString(folder.resolve("config.yaml"), config.toYaml());
    return folder;
  }

  private void assertRefused(CommandRun run, String... says) {
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.err()).startsWith("softgate: ").contains(says).hasLineCount(1);
    assertThat(run.out()).isEmpty();
    assertThat(training.requests).isEmpty();
  }

  @Test
  void trainsTheDefaults() {
    CommandRun run = train();
    assertThat(run).isEqualTo(new CommandRun(0, METRICS, ""));
    assertThat(training.config()).isEqualTo(RunConfig.defaults());
    assertThat(training.only().resume()).isNull();
    assertThat(training.only().listeners()).hasSize(1);
    assertThat(training.only().stopping().requested().getAsBoolean()).isFalse();
  }

  @Test
  void optionsOverrideAPreset() {
    train("--preset", "c100-resnet164-it3", "--epochs", "2");
    assertThat(training.config())
        .isEqualTo(Presets.load("c100-resnet164-it3").with(Map.of("epochs", "2")));
  }

  @Test
  void optionsOverrideAFile() throws IOException {
    RunConfig written = RunConfig.defaults().with(Map.of("depth", "20", "epochs", "7"));
    Path file = Files.writeString(folder.resolve("c.yaml"), written.toYaml());
    train("--epochs", "2", "--config", file.toString());
    assertThat(training.config()).isEqualTo(written.with(Map.of("epochs", "2")));
  }

  @Test
  void lastLineNamesTheRenamedRun() {
    try (LogCapture log = new LogCapture()) {
      train("--name", "a");
      assertThat(log.messages()).endsWith("done (there was a run named a already): runs/r");
      train("--name", "r");
      assertThat(log.messages()).endsWith("done: runs/r");
    }
  }

  @Test
  void rejectsAFileWithAPreset() {
    assertRefused(train("--config", "c.yaml", "--preset", "quickstart"), "--config and --preset");
  }

  @Test
  void listsPresetsForAnUnknownPreset() {
    assertRefused(train("--preset", "quick"), "quickstart", "c10-resnet110-it1");
  }

  @Test
  void reportsAllInvalidValues() {
    assertRefused(
        train("--epochs", "ten", "--engine", "mkl", "--lr", "0"),
        "--epochs: expected a whole number, found 'ten'",
        "--engine: must be one of auto, libtorch, onednn, found 'mkl'",
        "--lr: must be above 0 and finite, found 0.0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--gate-where=3", "--lables=f.csv", "--depht=20", "-x", "stray"})
  void rejectsUnknownArguments(String argument) {
    assertRefused(train(argument), argument.replaceAll("=.*", ""), "softgate train --help");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--epochs", "--schedule", "--preset"})
  void rejectsOptionsWithoutValues(String option) {
    assertRefused(train(option), option);
  }

  @Test
  void printsTheConfiguration() {
    CommandRun run = train("--preset", "quickstart", "--seed", "9", "--print-config");
    assertThat(run.exitCode()).isZero();
    assertThat(RunConfig.parse(run.out(), "printed"))
        .isEqualTo(Presets.load("quickstart").with(Map.of("seed", "9")));
    assertThat(training.requests).isEmpty();
  }

  /** On standard error, so that the configuration can go to a file. */
  @Test
  void notesSettingsWithoutEffectBesideThePrintedConfiguration() {
    try (LogCapture log = new LogCapture()) {
      CommandRun run = train("--crop-area", "0.5", "--print-config");
      assertThat(RunConfig.parse(run.out(), "printed").data().cropArea()).isEqualTo(0.5);
      assertThat(log.messages())
          .containsExactly("--crop-area has no effect: only --augment resized-crop has it");
    }
  }

  @Test
  void printsTheSummaryAsJson() throws IOException {
    CommandRun run = CommandRun.of(new RecordedTraining(), "train", "--json");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).hasLineCount(1);
    RecordedTraining.SUMMARY.write(folder.resolve("summary.json"));
    assertThat(new ObjectMapper().readTree(run.out()))
        .isEqualTo(new ObjectMapper().readTree(folder.resolve("summary.json").toFile()));
  }

  @Test
  void interruptedTrainingExitsWith130AndExplainsResuming() {
    try (LogCapture log = new LogCapture()) {
      CommandRun run =
          CommandRun.of(r -> new TrainOutcome(folder, true, RecordedTraining.SUMMARY), "train");
      assertThat(run.exitCode()).isEqualTo(130);
      assertThat(log.messages())
          .contains("interrupted; continue with: softgate train --resume " + folder);
    }
  }

  @Test
  void recordsTheCommandLine() {
    train("--name", "n", "--data-dir", "it's here");
    assertThat(training.only().commandLine())
        .isEqualTo("softgate train --name n --data-dir 'it'\\''s here'");
  }

  @Test
  void resumesWithTheRunsConfiguration() throws IOException {
    RunConfig recorded = RunConfig.defaults().with(Map.of("depth", "20", "runs-dir", "gone"));
    train("--resume", run(recorded).toString());
    assertThat(training.only().resume()).isEqualTo(folder);
    assertThat(training.config()).isEqualTo(recorded);
  }

  @Test
  void resumeAcceptsOptionsThatKeepTheResult() throws IOException {
    Path run = run(RunConfig.defaults().with(Map.of("depth", "20", "time-limit", "1h")));
    try (LogCapture log = new LogCapture()) {
      CommandRun resumed =
          train(
              "--resume=" + run,
              "--depth=20",
              "--time-limit=2h",
              "--checkpoint-minutes=1",
              "--threads=1",
              "--canvas=8=8",
              "--data-dir=moved");
      assertThat(resumed).isEqualTo(new CommandRun(0, METRICS, ""));
      assertThat(log.messages())
          .contains(
              "--threads differs from the run's: results may differ in rounding",
              "--canvas differs from the run's: results may differ in rounding");
    }
    assertThat(training.config().execution().timeLimit()).isEqualTo(Duration.ofHours(2));
    assertThat(training.config().execution().threads()).isEqualTo(1);
    assertThat(training.config().data().dataDir()).isEqualTo(Path.of("moved"));
  }

  @Test
  void timeLimitAppliesToOneSession() throws IOException {
    RunConfig recorded = RunConfig.defaults().with(Map.of("time-limit", "1h"));

    train("--resume", run(recorded).toString());

    assertThat(training.config().execution().timeLimit()).isNull();
    assertThat(training.config()).isEqualTo(recorded.with(Map.of("time-limit", "none")));
  }

  @Test
  void resumeRejectsOptionsThatChangeTheResult() throws IOException {
    String run = run(RunConfig.defaults()).toString();
    assertRefused(train("--resume", run, "--lr=0.2", "--epochs=9"), "--lr, --epochs");
    assertRefused(train("--resume", run, "--runs-dir=x"), "--runs-dir");
    assertRefused(train("--resume", run, "--preset=quickstart"), "--preset");
  }

  @Test
  void resumeRejectsOtherFolders() throws IOException {
    assertRefused(train("--resume", folder.resolve("absent").toString()), "no such run folder");
    assertRefused(train("--resume", folder.toString()), "config.yaml");
    Files.writeString(folder.resolve("config.yaml"), "data: 1");
    assertRefused(train("--resume", folder.toString()), "config.yaml", "missing key model.depth");
  }

  @Test
  void evaluatesLikeThePublishedScript() {
    FakeEval eval = new FakeEval();
    CommandLine root = withEval(eval);
    CommandRun run =
        CommandRun.of(
            root, "train", "-e", "--test_checkpoint", "c.pth", "-d", "cifar100", "--json");
    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(eval.arguments).containsExactly("c.pth", "--dataset=cifar100", "--json");
    assertThat(training.requests).isEmpty();
  }

  @Test
  void evaluatesAResumedCheckpoint() {
    FakeEval eval = new FakeEval();
    CommandLine root = withEval(eval);
    CommandRun.of(root, "train", "--evaluate", "--resume", "c.pth", "--data-dir", "d");
    assertThat(eval.arguments).containsExactly("c.pth", "--data-dir=d");
  }

  @Test
  void evaluationRequiresBothOptions() {
    assertRefused(train("-e"), "--test_checkpoint");
    assertRefused(train("--test_checkpoint", "c.pth"), "-e");
  }

  private CommandLine withEval(FakeEval eval) {
    CommandLine root = Main.commandLine(training);
    root.getCommandSpec().removeSubcommand("eval");
    return root.addSubcommand(eval);
  }

  @Command(name = "eval")
  static final class FakeEval implements Callable<Integer> {
    @Unmatched List<String> arguments = new ArrayList<>();

    @Override
    public Integer call() {
      return 5;
    }
  }
}
