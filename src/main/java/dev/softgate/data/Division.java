package dev.softgate.data;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The images of a set that a run uses.
 *
 * @param split the division of the train images before limits
 * @param validation ids held out; may be empty
 */
@SuppressWarnings("ArrayRecordComponent") // ids are read in bulk; two divisions are never compared
public record Division(Split split, int[] train, int[] validation, int[] test) {

  /** The fraction held out by the published split. */
  private static final double PUBLISHED_FRACTION = 0.1;

  static final int CIFAR_TRAIN_IMAGES = 50_000;

  /**
   * Divides a set; labels are by id. Limits choose by the set's own labels.
   *
   * @param named the validation images that the set itself names, ascending; may be empty
   * @throws dev.softgate.BadInputException if the set is too small or has no such split
   */
  public static Division of(
      Limits limits, String dataset, int[] trainLabels, int[] named, int[] testLabels) {
    int count = trainLabels.length;
    Split split =
        switch (splitKind(limits, dataset, count, named)) {
          case GIVEN -> Split.given(count, named);
          case REFERENCE -> Split.reference(count, limits.valFraction());
          default -> Split.seeded(count, limits.valFraction(), limits.seed());
        };
    Integer train = limits.train();
    Integer test = limits.test();
    Integer validation = limits.validation(split);
    int[] tested = IntStream.range(0, testLabels.length).toArray();
    return new Division(
        split,
        limited(split.train(), trainLabels, train, limits.seed()),
        limited(split.validation(), trainLabels, validation, limits.seed()),
        limited(tested, testLabels, test, limits.seed()));
  }

  private static int[] limited(int[] ids, int[] labels, @Nullable Integer limit, long seed) {
    return limit == null || ids.length == 0 ? ids : Subset.limit(ids, labels, limit, seed);
  }

  /** Resolves {@code auto}: the set's own division, or the published split of these images. */
  private static SplitKind splitKind(Limits limits, String dataset, int trainImages, int[] named) {
    if (limits.split() != SplitKind.AUTO) {
      return limits.split();
    }
    if (named.length > 0) {
      return SplitKind.GIVEN;
    }
    boolean published =
        dataset.startsWith("cifar")
            && trainImages == CIFAR_TRAIN_IMAGES
            && limits.valFraction() == PUBLISHED_FRACTION;
    return published ? SplitKind.REFERENCE : SplitKind.SEEDED;
  }
}
