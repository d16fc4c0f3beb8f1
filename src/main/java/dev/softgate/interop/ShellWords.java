package dev.softgate.interop;

import java.util.List;
import java.util.stream.Collectors;

/** Command lines that a person can paste into a shell. */
public final class ShellWords {

  private ShellWords() {}

  /** The words with those quoted that a shell would take apart. */
  public static String join(List<String> words) {
    return words.stream()
        .map(word -> word.matches("[\\w./:=,@%+-]+") ? word : quote(word))
        .collect(Collectors.joining(" "));
  }

  private static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
