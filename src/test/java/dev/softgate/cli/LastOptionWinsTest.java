package dev.softgate.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParseResult;

class LastOptionWinsTest {

  private static List<CommandLine> leaves(CommandLine command) {
    List<CommandLine> leaves = new ArrayList<>();
    if (command.getSubcommands().isEmpty()) {
      leaves.add(command);
    }
    command.getSubcommands().values().forEach(below -> leaves.addAll(leaves(below)));
    return leaves;
  }

  /** Two values of the argument's type. */
  private static List<String> values(ArgSpec argument) {
    if (argument.typeInfo().isEnum()) {
      List<String> names = argument.typeInfo().getEnumConstantNames();
      return List.of(names.get(0), names.get(names.size() - 1));
    }
    return argument.auxiliaryTypes()[0] == String.class ? List.of("a", "b") : List.of("1", "2");
  }

  @Test
  void keepsTheLastValueOfEveryOption() {
    CommandLine root = Main.commandLine(new RecordedTraining());
    int options = 0;
    for (CommandLine command : leaves(root)) {
      for (OptionSpec option : command.getCommandSpec().options()) {
        if (option.arity().max() > 0) {
          List<String> line = minimal(command.getCommandSpec(), option);
          List<String> values = values(option);
          line.addAll(List.of(option.longestName() + "=" + values.get(0), option.longestName()));
          line.add(values.get(1));
          ParseResult result = root.parseArgs(line.toArray(String[]::new));
          while (result.hasSubcommand()) {
            result = result.subcommand();
          }
          assertThat(result.matchedOption(option.longestName()).stringValues())
              .as("%s", line)
              .containsExactly(values.get(1));
          options++;
        }
      }
    }
    assertThat(options).isGreaterThan(200);
  }

  /** The command with what it requires besides the option. */
  private static List<String> minimal(CommandSpec command, OptionSpec option) {
    List<String> words = new ArrayList<>(List.of(command.qualifiedName().split(" ")));
    words.remove(0); // softgate
    for (PositionalParamSpec positional : command.positionalParameters()) {
      words.addAll(Collections.nCopies(positional.arity().min(), values(positional).get(0)));
    }
    for (OptionSpec other : command.options()) {
      if (other.required() && !other.equals(option)) {
        words.add(other.longestName() + "=" + values(other).get(0));
      }
    }
    return words;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--schedule 133 200 --schedule 14 20 | schedule | 14,20",
        "--schedule 133,200 --schedule=14,20 | schedule | 14,20",
        "--schedule=14 20 --epochs 30 --schedule 3 | schedule | 3",
        "--lr-gate 0.1 --lr_gate 0.2 | lr-gate | 0.2",
        "--lr_gate 0.1 --lr-gate 0.2 --learning-rate_gate=0.3 | lr-gate | 0.3",
        "--learning-rate_gate 0.3 --lr-gate 0.2 | lr-gate | 0.2",
        "-d cifar100 --dataset synthetic | dataset | synthetic",
        "--dataset synthetic -dcifar100 | dataset | cifar100",
        "--scratch=0 --init scratch | init | scratch",
        "--init scratch --scratch 0 | init | baseline",
        "--gate none --arch resnet_gate_classifier | gate | classifier",
        "--arch resnet_gate_classifier --gate none | gate | none",
        "--widths 4,8,16 --widths 8,8,8 | widths | 8,8,8",
      })
  void keepsTheLastOfTwoSpellings(String line, String key, String expected) {
    RecordedTraining training = new RecordedTraining();
    List<String> arguments = new ArrayList<>(List.of("train"));
    arguments.addAll(List.of(line.split(" ")));
    CommandRun run = CommandRun.of(training, arguments.toArray(String[]::new));
    assertThat(run.err()).isEmpty();
    assertThat(training.config().texts()).containsEntry(key, expected);
  }

  @Test
  void keepsArgumentsAfterTheEndOfOptions() {
    CommandLine predict =
        requireNonNull(Main.commandLine(new RecordedTraining()).getSubcommands().get("predict"));
    assertThat(
            LastOptionWins.keepLast(
                List.of("--threads", "1", "RUN", "--threads=2", "--", "--threads", "3"),
                predict.getCommandSpec()))
        .containsExactly("RUN", "--threads=2", "--", "--threads", "3");
  }
}
