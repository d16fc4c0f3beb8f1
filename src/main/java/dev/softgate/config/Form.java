package dev.softgate.config;

import dev.softgate.data.Fold;
import dev.softgate.data.Limits;
import dev.softgate.data.Normalization;
import dev.softgate.engine.Compute;
import dev.softgate.onednn.Canvas;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** What the value of a setting must look like, beyond its type and range. */
public enum Form {
  /** As the type has it. */
  ANY("", value -> true),
  /** The name of a data set. */
  DATASET(
      "one of cifar10, cifar100, synthetic, folder:DIR",
      text(text -> text.matches("cifar10|cifar100|synthetic|folder:.+"))),
  /** Where a file can be downloaded. */
  ADDRESS(
      "an http, https or file address",
      value ->
          value instanceof URI uri
              && uri.getScheme() != null
              && List.of("http", "https", "file")
                  .contains(uri.getScheme().toLowerCase(Locale.ROOT))),
  /** How many images validate, as {@link Limits#isValidation} takes it. */
  VALIDATION_LIMIT("auto, all or a number of images from 1", text(Limits::isValidation)),
  /** A part of the training images, as {@link Fold#parse} reads it. */
  FOLD("k/K, a part of K, such as 1/5", text(text -> Fold.parse(text).parts() > 1)),
  /** Mean and deviation of the pixels, or where they come from. */
  NORMALIZATION(
      "published, measured or R,G,B/R,G,B (means, then deviations above 0)",
      text(
          text ->
              List.of("published", "measured").contains(text)
                  || Normalization.parse(text).mean().length == 3)),
  /** What the weights start from. */
  START(
      "one of scratch, baseline, baseline:PATH, features:PATH",
      text(text -> text.matches("scratch|baseline|(baseline|features):.+"))),
  /** A layout of images, as {@link Canvas#parse} reads it. */
  CANVAS(
      "auto, none or WIDTH=IMAGES[,...], at most 64 images, such as 8=8",
      text(text -> text.equals(Compute.AUTO) || Canvas.parse(text) != null)),
  /** The name of a run folder; none is one too. */
  FOLDER_NAME(
      "a folder name of letters, digits and . _ = + -",
      text(text -> text.matches("[A-Za-z0-9_=+-][A-Za-z0-9._=+-]*"))),
  /** A duration above zero. */
  LONGER_THAN_NOTHING(
      "longer than nothing",
      value -> value instanceof Duration time && !time.isNegative() && !time.isZero()),
  /** A list with an element. */
  NOT_EMPTY("at least one number", value -> value instanceof List<?> list && !list.isEmpty()),
  /** Epochs in ascending order. */
  INCREASING(
      "increasing epochs above 0",
      value -> {
        int previous = 0;
        for (Object epoch : (List<?>) value) {
          if ((int) epoch <= previous) {
            return false;
          }
          previous = (int) epoch;
        }
        return true;
      });

  private final String expectation;

  @SuppressWarnings("ImmutableEnumChecker") // a function without state
  private final Predicate<Object> holds;

  Form(String expectation, Predicate<Object> holds) {
    this.expectation = expectation;
    this.holds = holds;
  }

  /** What a person should write instead, after "must be". */
  String expectation() {
    return expectation;
  }

  /** Whether a value that is not null has this form. */
  boolean fits(Object value) {
    return holds.test(value);
  }

  /** Text that holds; what its parser refuses does not. */
  private static Predicate<Object> text(Predicate<String> holds) {
    return value -> {
      try {
        return holds.test((String) value);
      } catch (IllegalArgumentException e) {
        return false;
      }
    };
  }
}
