package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class HelpTest {

  private final CommandLine root = Main.commandLine(new RecordedTraining());

  @Test
  void everyCommandHasAnExampleThatStartsWithItsName() {
    assertThat(root.getSubcommands()).isNotEmpty();
    for (Map.Entry<String, CommandLine> command : root.getSubcommands().entrySet()) {
      CommandRun run =
          CommandRun.of(Main.commandLine(new RecordedTraining()), command.getKey(), "--help");
      assertThat(run.exitCode()).isZero();
      assertThat(run.out()).containsPattern("Example\\R  softgate " + command.getKey());
    }
  }

  @Test
  void everyTrainingExampleParses() {
    CommandLine train = TrainCommand.create(new RecordedTraining());
    assertThat(train.getCommandSpec().usageMessage().footer()).hasSizeGreaterThan(1);
    for (String example : train.getCommandSpec().usageMessage().footer()) {
      List<String> words = List.of(example.strip().split(" ", -1));
      CommandLine fresh = TrainCommand.create(new RecordedTraining());
      fresh.parseArgs(words.subList(2, words.size()).toArray(String[]::new));
      assertThat(words).startsWith("softgate", "train");
      assertThat(fresh.getParseResult().matchedOptions()).isNotEmpty();
    }
  }

  @Test
  void commandsAreListedByWhatTheyAreFor() {
    CommandLine all = Main.commandLine(new RecordedTraining()).addSubcommand(new Novelty());
    assertThat(CommandRun.of(all, "--help").out())
        .containsPattern("Train\\R  train +Train a gated")
        .containsPattern("Use a trained network\\R  eval +")
        .containsPattern("Check this machine\\R  parity +Hold a model")
        .containsPattern("More\\R  novelty +Something else")
        .containsPattern("Use a trained network\\R  eval +Print the accuracy")
        .doesNotContain("noise");
  }

  @Test
  void printsTheVersionOfTheBuild() {
    CommandRun run = CommandRun.of(new RecordedTraining(), "--version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).containsPattern("^softgate \\d+\\.\\d+\\.\\d+\\S*\\R$");
  }

  @Command(name = "novelty", description = "Something else.")
  static final class Novelty {}
}
