package dev.softgate;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * A value of a setting with few values: an enum constant with one spelling in files and options.
 */
public interface Choice {

  /** The constant's name. */
  String name();

  /** The spelling in files and options: the name in lower case, with hyphens. */
  default String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The constant with a spelling.
   *
   * @throws IllegalArgumentException if there is none
   */
  static <C extends Choice> C of(Class<C> type, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(choice -> choice.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no choice " + text));
  }

  /** The spellings of an enum's constants, in order. */
  static List<String> texts(Class<? extends Choice> type) {
    return Arrays.stream(type.getEnumConstants()).map(Choice::text).toList();
  }
}
