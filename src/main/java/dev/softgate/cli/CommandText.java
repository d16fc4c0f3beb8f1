package dev.softgate.cli;

import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as it was typed, for the records of a run. */
final class CommandText {

  private CommandText() {}

  /** With the arguments quoted where a shell would take them apart. */
  static String of(CommandSpec command) {
    return "softgate "
        + command.commandLine().getParseResult().originalArgs().stream()
            .map(argument -> argument.matches("[\\w./:=,@%+-]+") ? argument : quote(argument))
            .collect(Collectors.joining(" "));
  }

  private static String quote(String argument) {
    return "'" + argument.replace("'", "'\\''") + "'";
  }
}
