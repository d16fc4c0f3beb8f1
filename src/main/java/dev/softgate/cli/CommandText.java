package dev.softgate.cli;

import dev.softgate.interop.ShellWords;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** The command line as typed, for the records of a run. */
final class CommandText {

  private CommandText() {}

  /** Quotes the arguments that a shell would split or expand. */
  static String of(CommandSpec command) {
    return of(command.commandLine().getParseResult().originalArgs());
  }

  /**
   * The same without some options.
   *
   * @param options their names, and whether they have a value
   */
  static String without(CommandSpec command, Map<String, Boolean> options) {
    List<String> kept = new ArrayList<>();
    Iterator<String> words = command.commandLine().getParseResult().originalArgs().iterator();
    while (words.hasNext()) {
      String word = words.next();
      Boolean hasValue = options.get(word.replaceFirst("=.*", ""));
      if (hasValue == null) {
        kept.add(word);
      } else if (hasValue && !word.contains("=")) {
        words.next();
      }
    }
    return of(kept);
  }

  private static String of(List<String> words) {
    return "softgate " + ShellWords.join(words);
  }
}
