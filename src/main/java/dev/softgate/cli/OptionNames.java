package dev.softgate.cli;

import dev.softgate.BadInputException;
import picocli.CommandLine.Model.CommandSpec;

/** The command line's spelling of settings. */
final class OptionNames {

  /** Replaces {@code {lr}} by {@code --lr} in a text. */
  static String inText(String text) {
    return BadInputException.named(text, name -> "--" + name);
  }

  /** The same for texts with other braces: only names of options are replaced. */
  static String inText(String text, CommandSpec command) {
    CommandSpec root = command.root();
    return BadInputException.named(
        text, name -> isOption("--" + name, root) ? "--" + name : "{" + name + "}");
  }

  private static boolean isOption(String name, CommandSpec command) {
    return command.findOption(name) != null
        || command.subcommands().values().stream()
            .anyMatch(below -> isOption(name, below.getCommandSpec()));
  }

  private OptionNames() {}
}
