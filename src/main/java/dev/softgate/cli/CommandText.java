package dev.softgate.cli;

import dev.softgate.interop.ShellWords;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as it was typed, for the records of a run. */
final class CommandText {

  private CommandText() {}

  /** With the arguments quoted where a shell would take them apart. */
  static String of(CommandSpec command) {
    return "softgate " + ShellWords.join(command.commandLine().getParseResult().originalArgs());
  }
}
