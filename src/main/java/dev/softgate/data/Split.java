package dev.softgate.data;

import dev.softgate.BadInputException;
import dev.softgate.interop.Sha256;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A division of the train images into images to train on and images held out for validation. Every
 * id of the train {@link ImageSet} is in one of the two arrays.
 *
 * @param kind {@code reference}, {@code seeded} or {@code given}, the value of {@code --split}
 * @param train ids trained on, in shuffled order; ascending if the set names its validation images
 * @param validation ids held out, in the same order; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // ids are read in bulk; two splits are never compared
public record Split(String kind, int[] train, int[] validation) {

  /** The number of train images in CIFAR-10 and in CIFAR-100. */
  private static final int CIFAR_TRAIN = 50_000;

  /**
   * The published split of CIFAR's 50,000 train images: NumPy's legacy generator shuffles 0…49,999
   * with seed 0; the first ids validate, 5,000 in most published runs, and the others train.
   *
   * @param validationFraction in [0, 1)
   * @throws BadInputException if the set has not 50,000 images, or the fraction is out of range
   */
  public static Split reference(int trainCount, double validationFraction) {
    if (trainCount != CIFAR_TRAIN) {
      throw new BadInputException(
          "{split} reference requires 50,000 train images, and this set has %,d: use {split} seeded"
              .formatted(trainCount));
    }
    int[] ids = ascending(trainCount);
    new NumpyLegacyRandom(0).shuffle(ids);
    return of("reference", ids, held(trainCount, validationFraction));
  }

  /**
   * A split of any set: the seed shuffles all ids, and the first {@code round(validationFraction ·
   * trainCount)} validate, at least one unless the fraction is 0.
   *
   * @param validationFraction in [0, 1)
   * @throws BadInputException if the fraction is outside its range or leaves nothing to train on
   */
  public static Split seeded(int trainCount, double validationFraction, long seed) {
    int held = held(trainCount, validationFraction);
    int[] ids = ascending(trainCount);
    new SplitMix64(SplitMix64.Purpose.VALIDATION_SPLIT, seed, trainCount, 0).shuffle(ids);
    return of("seeded", ids, held);
  }

  /**
   * The division that a set comes with.
   *
   * @param validation the ids that the set names, ascending
   * @throws BadInputException if there are none, or nothing is left to train on
   */
  public static Split given(int trainCount, int[] validation) {
    if (validation.length == 0) {
      throw new BadInputException(
          "{split} given: the set names no validation images, as in DIR/val/CLASS/; use {split}"
              + " seeded");
    }
    if (validation.length == trainCount) {
      throw new BadInputException(
          "all %,d images are for validation and there are no images to train on; use {split} seeded"
              .formatted(trainCount));
    }
    int[] train =
        IntStream.range(0, trainCount)
            .filter(id -> Arrays.binarySearch(validation, id) < 0)
            .toArray();
    return new Split("given", train, validation.clone());
  }

  private static int held(int trainCount, double validationFraction) {
    if (!(validationFraction >= 0 && validationFraction < 1)) {
      throw new BadInputException(
          "{val-fraction} must be at least 0 and below 1, found %s".formatted(validationFraction));
    }
    int held = (int) Math.round(validationFraction * trainCount);
    if (validationFraction > 0) {
      held = Math.max(1, held);
    }
    if (held >= trainCount) {
      throw new BadInputException(
          "{val-fraction} %s leaves none of %,d images to train on: choose a smaller one"
              .formatted(validationFraction, trainCount));
    }
    return held;
  }

  /** The SHA-256 of the validation ids as little-endian int32; the reference: {@code 17103ea3…}. */
  public String sha256() {
    return new Sha256().add(validation).hex();
  }

  private static Split of(String kind, int[] shuffled, int validationCount) {
    return new Split(
        kind,
        Arrays.copyOfRange(shuffled, validationCount, shuffled.length),
        Arrays.copyOf(shuffled, validationCount));
  }

  private static int[] ascending(int count) {
    int[] ids = new int[count];
    Arrays.setAll(ids, id -> id);
    return ids;
  }
}
