package dev.softgate.cli;

import dev.softgate.BadInputException;

/** The command line's spelling of settings. */
final class OptionNames {

  /** Replaces {@code {lr}} by {@code --lr} in a text. */
  static String inText(String text) {
    return BadInputException.named(text, name -> "--" + name);
  }

  private OptionNames() {}
}
