package dev.softgate.cli;

import dev.softgate.BadInputException;
import picocli.CommandLine.Model.CommandSpec;

/** How the command line writes the names of settings. */
final class OptionNames {

  /** A text in which {@code {lr}} has become {@code --lr}. */
  static String inText(String text) {
    return BadInputException.named(text, name -> "--" + name);
  }

  /** The same, where braces may also be a person's: other words than options stay as they are. */
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
