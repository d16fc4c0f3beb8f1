package dev.softgate.evaluation;

import dev.softgate.BadInputException;
import dev.softgate.Choice;

/**
 * The features with which an image that passes a gate continues. An image that skips always
 * continues with o1.
 */
public enum SkipBlend implements Choice {
  /** o2 alone, as if g were 1: the decision is all or nothing (docs/decisions/0018). */
  HARD,
  /** g·o2 + (1 − g)·o1, as in training. */
  SOFT;

  /**
   * Returns the blend with a name from the command line.
   *
   * @throws BadInputException if there is no such blend
   */
  public static SkipBlend named(String text) {
    for (SkipBlend blend : values()) {
      if (blend.text().equals(text)) {
        return blend;
      }
    }
    throw new BadInputException("{skip-blend}: must be hard or soft, found '" + text + "'");
  }
}
