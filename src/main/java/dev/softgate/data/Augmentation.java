package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.OneLine;
import java.util.Arrays;
import java.util.stream.Collectors;

/** How train images are varied from epoch to epoch. */
public enum Augmentation {
  /** Shifted by up to 4 pixels either way, black moving in, and mirrored half of the time. */
  CROP_FLIP("crop-flip"),
  /** Mirrored half of the time. */
  FLIP("flip"),
  /** Left as they are. */
  NONE("none");

  private final String optionName;

  Augmentation(String optionName) {
    this.optionName = optionName;
  }

  /** The value of {@code --augment}: {@code crop-flip}, {@code flip} or {@code none}. */
  public String optionName() {
    return optionName;
  }

  /**
   * The augmentation of that option name.
   *
   * @throws BadInputException if there is none
   */
  public static Augmentation of(String optionName) {
    for (Augmentation augmentation : values()) {
      if (augmentation.optionName.equals(optionName)) {
        return augmentation;
      }
    }
    String known =
        Arrays.stream(values()).map(Augmentation::optionName).collect(Collectors.joining(", "));
    throw new BadInputException(
        "--augment %s is not known: use one of %s".formatted(OneLine.of(optionName), known));
  }
}
