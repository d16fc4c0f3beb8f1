package dev.softgate.data;

import org.jspecify.annotations.Nullable;

/**
 * How a set is divided, and how many of its images are used.
 *
 * @param valFraction the fraction of the train images held out for validation, in [0, 1)
 * @param train the most images to train on; null for all
 * @param validation the most images to validate on: a number, {@value #AUTO} or {@value #ALL}
 * @param test the most images to test on; null for all
 * @param seed decides a seeded split and the choice of images
 */
public record Limits(
    SplitKind split,
    double valFraction,
    @Nullable Integer train,
    String validation,
    @Nullable Integer test,
    long seed) {

  /** The same fraction of the held-out images as of the images to train on. */
  public static final String AUTO = "auto";

  /** All images held out; every image of the set is decoded. */
  public static final String ALL = "all";

  /** Whether {@link #validation} may be this text. */
  public static boolean isValidation(String text) {
    return text.equals(AUTO) || text.equals(ALL) || text.matches("[1-9]\\d{0,8}");
  }

  /** Whether images that a run does not use stay undecoded. */
  public boolean limitReading() {
    return !validation.equals(ALL) && (train != null || test != null);
  }

  /** These limits if they restrict what is decoded of a set; else null. */
  public @Nullable Limits forReading(String dataset) {
    return ImageListing.isListed(dataset) && limitReading() ? this : null;
  }

  /** The most images to validate on; null for all that are held out. */
  @Nullable Integer validation(Split split) {
    if (validation.equals(ALL)) {
      return null;
    }
    if (!validation.equals(AUTO)) {
      return Integer.valueOf(validation);
    }
    if (train == null || train >= split.train().length) {
      return null;
    }
    double share = (double) train / split.train().length;
    return Math.max(1, (int) Math.round(share * split.validation().length));
  }
}
