package dev.softgate.cli;

import dev.softgate.interop.ShellWords;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as typed, for the records of a run. */
final class CommandText {

  private CommandText() {}

  /** Quotes the arguments that a shell would split or expand. */
  static String of(CommandSpec command) {
    return "softgate " + ShellWords.join(command.commandLine().getParseResult().originalArgs());
  }
}
