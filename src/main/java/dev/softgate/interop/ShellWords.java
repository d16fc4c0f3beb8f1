package dev.softgate.interop;

import java.util.List;
import java.util.stream.Collectors;

/** Command lines to paste into a shell. */
public final class ShellWords {

  private ShellWords() {}

  /** Joins the words and quotes words that a shell would split or expand. */
  public static String join(List<String> words) {
    return words.stream()
        .map(word -> word.matches("[\\w./:=,@%+-]+") ? word : quote(word))
        .collect(Collectors.joining(" "));
  }

  private static String quote(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
