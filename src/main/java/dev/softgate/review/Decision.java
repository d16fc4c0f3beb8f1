package dev.softgate.review;

import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A decision about the label of one image.
 *
 * @param file the image's absolute path; null in a set without files
 * @param index the image's id in its set; unused if there is a file
 * @param given the label when the decision was made
 * @param label the label that the image gets: {@code given} to keep it, empty to remove the image
 * @param seconds the time between showing the image and the decision; NaN if unknown
 */
public record Decision(
    @Nullable Path file, int index, String given, Kind kind, String label, double seconds) {

  /** The kinds of decisions, in lower case in files. */
  public enum Kind {
    /** The given label is right. */
    KEEP,
    /** Another label is right. */
    RELABEL,
    /** The image does not belong in the set. */
    REMOVE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Throws IllegalArgumentException if the label does not fit the kind. */
  public Decision {
    boolean fits =
        switch (kind) {
          case KEEP -> label.equals(given);
          case RELABEL -> !label.isEmpty() && !label.equals(given);
          case REMOVE -> label.isEmpty();
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "%s cannot change the label '%s' to '%s'".formatted(kind, given, label));
    }
  }

  /** The image's name in the first column of the files: its path or its index. */
  public String image() {
    return file == null ? Integer.toString(index) : file.toString();
  }

  /** Whether the given label is wrong by this decision. */
  public boolean wrong() {
    return kind != Kind.KEEP;
  }
}
