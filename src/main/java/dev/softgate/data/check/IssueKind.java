package dev.softgate.data.check;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** What may be wrong with a set; the worst first. */
public enum IssueKind {
  UNREADABLE("unreadable", "Replace or remove them, or train with --skip-bad."),
  CONFLICTING_DUPLICATES(
      "identical under different labels", "Keep one copy, with the right label."),
  SPLIT_DUPLICATES(
      "identical in different parts of the set",
      "Remove the copy in train: a network looks better than it is on test images that it was"
          + " trained on."),
  SMALL_CLASSES("small classes", "Add images, or leave these classes out."),
  EXACT_DUPLICATES("identical", "Keep one image of each group."),
  NEAR_DUPLICATES(
      "nearly identical", "Keep one image of each group, or the group in one part of the set."),
  BLANK("blank or nearly so", "Remove the images that show nothing."),
  DARK("dark", "Remove the images that show nothing."),
  BRIGHT("overexposed", "Remove the images that show nothing."),
  BLURRED("blurred", "Remove the images that nobody could label."),
  ODD_ASPECT_RATIO("long or tall", "Crop them: training takes the middle."),
  ODD_SIZE("of an odd size", "See whether thumbnails or scans have slipped in."),
  GRAYSCALE(
      "gray among color images",
      "See whether they are of few classes: a network would learn the color instead."),
  OUTLIERS("unlike all others", "See whether they belong in the set.");

  private final String title;
  private final String advice;

  IssueKind(String title, String advice) {
    this.title = title;
    this.advice = advice;
  }

  /** The name in files: {@code odd_size}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The problem in a few words. */
  public String title() {
    return title;
  }

  /** What to do about it: a sentence. */
  public String advice() {
    return advice;
  }
}
