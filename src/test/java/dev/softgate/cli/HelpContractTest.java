package dev.softgate.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The options of every command, and the help that explains them. Wording may change; a name, a
 * label or a default that {@code options.txt} loses is a break.
 *
 * @see Golden
 */
class HelpContractTest {

  private static final Map<String, CommandLine> COMMANDS = new LinkedHashMap<>();

  static {
    collect(Main.commandLine(new RecordedTraining()), "softgate");
  }

  private static void collect(CommandLine command, String name) {
    COMMANDS.put(name, command);
    command.getSubcommands().forEach((sub, line) -> collect(line, name + " " + sub));
  }

  static Stream<String> commands() {
    return COMMANDS.keySet().stream();
  }

  private static String file(String command) {
    return "help/" + command.replaceFirst("^softgate (?=.)", "").replace(' ', '-') + ".txt";
  }

  @ParameterizedTest
  @MethodSource("commands")
  void helpIsTheGoldenText(String command) throws IOException {
    CommandLine line = requireNonNull(COMMANDS.get(command));
    Golden.assertMatches(file(command), line.getUsageMessage(Ansi.OFF));
  }

  @Test
  void everyHelpTextIsOfACommand() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("src/test/resources/contract/help"))) {
      assertThat(files.map(file -> "help/" + file.getFileName()))
          .containsExactlyInAnyOrderElementsOf(
              commands().map(HelpContractTest::file).collect(Collectors.toSet()));
    }
  }

  /** A row for each option and parameter, hidden ones included: those of the published script. */
  @Test
  void noCommandLosesAnOption() throws IOException {
    List<String> table = new ArrayList<>();
    COMMANDS.forEach(
        (name, command) -> {
          List<String> rows = new ArrayList<>();
          for (OptionSpec option : command.getCommandSpec().options()) {
            rows.add(row(name, String.join(" ", option.names()), option));
          }
          for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            rows.add(row(name, "[" + parameter.index() + "]", parameter));
          }
          rows.stream().sorted().forEach(table::add);
        });
    Golden.assertKeeps("options.txt", String.join("", table));
  }

  private static String row(String command, String names, ArgSpec argument) {
    String preset = standard(argument);
    return command
        + " | "
        + names
        + (argument.arity().max() == 0 ? "" : " " + argument.paramLabel())
        + (argument.required() ? " | required" : preset == null ? "" : " | " + preset)
        + (argument.hidden() ? " | hidden" : "")
        + "\n";
  }

  /** What a command takes where the option is not given; null where that is nothing or false. */
  private static @Nullable String standard(ArgSpec argument) {
    String text = argument.defaultValueString();
    return text == null || text.equals("null") || text.equals("false") ? null : text;
  }
}
