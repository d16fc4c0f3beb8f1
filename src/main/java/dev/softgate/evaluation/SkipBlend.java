package dev.softgate.evaluation;

import dev.softgate.BadInputException;
import java.util.Locale;

/** What an image that passes a gate goes on with; one that skips goes on with o1 in either case. */
public enum SkipBlend {
  /** o2 alone, as if g were 1: a decision is all or nothing (docs/decisions/0018). */
  HARD,
  /** g·o2 + (1 − g)·o1, as in training. */
  SOFT;

  /**
   * The blend of that name, as the command line writes it.
   *
   * @throws BadInputException if there is none
   */
  public static SkipBlend named(String text) {
    for (SkipBlend blend : values()) {
      if (blend.text().equals(text)) {
        return blend;
      }
    }
    throw new BadInputException("--skip-blend: must be hard or soft, found '" + text + "'");
  }

  /** The name: {@code hard} or {@code soft}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
