package dev.softgate.config;

import dev.softgate.data.ColorJitter;
import dev.softgate.data.Decoding;
import dev.softgate.data.Fold;
import dev.softgate.data.Limits;
import dev.softgate.data.Normalization;
import dev.softgate.engine.Compute;
import dev.softgate.model.Freezing;
import dev.softgate.onednn.Canvas;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** What the value of a setting must look like, beyond its type and range. */
public enum Form {
  ANY(""),
  DATASET("one of cifar10, cifar100, synthetic, folder:DIR, list:FILE.csv, idx:DIR"),
  /** The size of images, as {@link Decoding#isImageSize} takes it. */
  IMAGE_SIZE("auto, own, a number of pixels up to 1024, or WIDTHxHEIGHT"),
  ADDRESS("an http, https or file address"),
  /** How many images validate, as {@link Limits#isValidation} takes it. */
  VALIDATION_LIMIT("auto, all or a number of images from 1"),
  /** A part of the training images, as {@link Fold#parse} reads it. */
  FOLD("k/K, a part of K, such as 1/5"),
  /** Mean and deviation of the pixels, or where they come from. */
  NORMALIZATION("published, measured or R,G,B/R,G,B (means, then deviations above 0)"),
  /** Changes of colors, as {@link ColorJitter#parse} reads them. */
  COLOR_JITTER("B,C,S,H: four numbers from 0, the last up to 0.5, such as 0.4,0.4,0.4,0.1"),
  START("one of scratch, baseline, baseline:PATH, features:PATH"),
  /** The last frozen part of a network, as {@link Freezing#parse} reads it. */
  PART("stem or stageN, such as stage2"),
  /** A layout of images, as {@link Canvas#parse} reads it. */
  CANVAS("auto, none or WIDTH=IMAGES[,...], at most 64 images, such as 8=8"),
  DEVICE("cpu, auto, cuda, or cuda:N, N from 0"),
  /** The name of a run folder; {@code none} is one too. */
  FOLDER_NAME("a folder name of letters, digits and . _ = + -"),
  LONGER_THAN_NOTHING("longer than nothing"),
  NOT_EMPTY("at least one number"),
  INCREASING("increasing epochs above 0");

  private static final int CHANNELS = 3;

  private final String expectation;

  Form(String expectation) {
    this.expectation = expectation;
  }

  /** What the user should write, after "must be". */
  String expectation() {
    return expectation;
  }

  /** Whether a value that is not null has this form. */
  boolean fits(Object value) {
    try {
      return switch (this) {
        case ANY -> true;
        case DATASET -> ((String) value).matches("cifar10|cifar100|synthetic|(folder|list|idx):.+");
        case IMAGE_SIZE -> Decoding.isImageSize((String) value);
        case ADDRESS -> isAddress((URI) value);
        case VALIDATION_LIMIT -> Limits.isValidation((String) value);
        case FOLD -> Fold.parse((String) value).parts() > 1;
        case NORMALIZATION -> isNormalization((String) value);
        case COLOR_JITTER -> ColorJitter.parse((String) value).hue() >= 0;
        case START -> ((String) value).matches("scratch|baseline|(baseline|features):.+");
        case PART -> Freezing.parse((String) value).exists();
        case CANVAS -> value.equals(Compute.AUTO) || Canvas.parse((String) value) != null;
        case DEVICE -> ((String) value).matches("cpu|auto|cuda(:\\d{1,2})?");
        case FOLDER_NAME -> ((String) value).matches("[A-Za-z0-9_=+-][A-Za-z0-9._=+-]*");
        case LONGER_THAN_NOTHING -> ((Duration) value).compareTo(Duration.ZERO) > 0;
        case NOT_EMPTY -> !((List<?>) value).isEmpty();
        case INCREASING -> increases(((RateSchedule) value).milestones());
      };
    } catch (IllegalArgumentException e) { // of a parser
      return false;
    }
  }

  private static boolean isAddress(URI address) {
    return address.getScheme() != null
        && List.of("http", "https", "file").contains(address.getScheme().toLowerCase(Locale.ROOT));
  }

  private static boolean isNormalization(String text) {
    return text.equals("published")
        || text.equals("measured")
        || Normalization.parse(text).mean().length == CHANNELS;
  }

  private static boolean increases(List<Integer> epochs) {
    int previous = 0;
    for (int epoch : epochs) {
      if (epoch <= previous) {
        return false;
      }
      previous = epoch;
    }
    return true;
  }
}
