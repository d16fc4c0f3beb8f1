package dev.softgate.study;

import dev.softgate.BadInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which part of a data set a trained network is evaluated on. */
public enum EvaluationSplit {
  /** The images that the run trained on, without augmentation. */
  TRAIN,
  /** The train images that the run held out. */
  VAL,
  /** The test images. */
  TEST;

  /**
   * The split of that name, as the command line writes it.
   *
   * @throws BadInputException listing the names, if there is none
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
