package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class HelpTest {

  private final CommandLine root = Main.commandLine(new RecordedTraining());

  @Test
  void everyCommandHasAnExample() {
    assertThat(root.getSubcommands()).isNotEmpty();
    assertThat(examples(root, "softgate")).isGreaterThan(root.getSubcommands().size());
  }

  /** How many commands there are below a command, each of which shows an example. */
  private static int examples(CommandLine parent, String path) {
    int commands = 0;
    for (Map.Entry<String, CommandLine> command : parent.getSubcommands().entrySet()) {
      String name = path + " " + command.getKey();
      String help = command.getValue().getUsageMessage();
      assertThat(help).containsPattern("Example\\R  " + name);
      assertThat(help.lines()) // no example is broken, so that each can be pasted
          .contains(command.getValue().getCommandSpec().usageMessage().footer());
      commands += 1 + examples(command.getValue(), name);
    }
    return commands;
  }

  @Test
  void trainingExamplesParse() {
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
  void otherExamplesParse() {
    List<CommandLine> commands = new ArrayList<>(root.getSubcommands().values());
    for (CommandLine command : root.getSubcommands().values()) {
      commands.addAll(command.getSubcommands().values());
    }
    for (CommandLine command : commands) {
      for (String example : command.getCommandSpec().usageMessage().footer()) {
        String[] words = example.strip().split(" ", -1);
        CommandLine fresh = Main.commandLine(new RecordedTraining());
        fresh.parseArgs(Arrays.copyOfRange(words, 1, words.length));
        assertThat(fresh.getParseResult().subcommand().commandSpec().name()).isEqualTo(words[1]);
      }
    }
  }

  @Test
  void groupsCommandsByPurpose() {
    assertThat(CommandRun.of(new RecordedTraining(), "--help").out())
        .containsPattern("Train\\R  train +Train a gated.*\\R  launch .*\\R  sweep +Train a grid")
        .containsPattern("Use a trained network\\R  eval +")
        .containsPattern("Check this machine\\R  parity +Compare a model")
        .containsPattern("Use a trained network\\R  eval +Print the accuracy")
        .containsPattern(
            "Data and networks\\R  data +.*\\R  labels .*\\R  noise +Write a label file")
        .containsPattern("\\R  import .*\\R  extract +Remove the channels");
  }

  @ParameterizedTest
  @CsvSource({"help, --help", "help train, train --help", "help data check, data check --help"})
  void helpIsACommandToo(String words, String option) {
    CommandRun run = CommandRun.of(new RecordedTraining(), words.split(" ", -1));
    assertThat(run).isEqualTo(CommandRun.of(new RecordedTraining(), option.split(" ", -1)));
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains("Usage: softgate");
  }

  @Test
  void helpOnNoCommandSaysSo() {
    CommandRun.assertRefused(
        CommandRun.of(new RecordedTraining(), "help", "trian"), "no command trian; meant train");
  }

  @Test
  void printsTheBuildVersion() {
    CommandRun run = CommandRun.of(new RecordedTraining(), "--version");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).containsPattern("^softgate \\d+\\.\\d+\\.\\d+\\S*\\R$");
  }
}
