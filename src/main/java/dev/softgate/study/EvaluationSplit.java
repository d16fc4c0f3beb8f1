package dev.softgate.study;

import dev.softgate.BadInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The part of a data set that a trained network is evaluated on. */
public enum EvaluationSplit {
  /** The images that the run trained on, without augmentation. */
  TRAIN,
  /** The train images that the run held out. */
  VAL,
  /** The test images. */
  TEST;

  /**
   * Returns the split with a name from the command line.
   *
   * @throws BadInputException if there is none; the message lists the names
   */
  public static EvaluationSplit named(String text) {
    return Arrays.stream(values())
        .filter(split -> split.text().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                new BadInputException(
                    "{split}: must be one of %s, found '%s'"
                        .formatted(
                            Arrays.stream(values())
                                .map(EvaluationSplit::text)
                                .collect(Collectors.joining(", ")),
                            text)));
  }

  /** The name: {@code train}, {@code val} or {@code test}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
