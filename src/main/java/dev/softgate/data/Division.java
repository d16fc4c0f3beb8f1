package dev.softgate.data;

import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Which images of a set a run looks at, and for what.
 *
 * @param split how the train images are divided, before limits
 * @param train ids in the train images that are trained on
 * @param validation ids in the train images held out; may be empty
 * @param test ids in the test images
 */
@SuppressWarnings("ArrayRecordComponent") // ids are read in bulk; two divisions are never compared
public record Division(Split split, int[] train, int[] validation, int[] test) {

  /** The fraction held out by the published split. */
  private static final double PUBLISHED_FRACTION = 0.1;

  private static final int CIFAR_TRAIN_IMAGES = 50_000;

  /**
   * Divides a set. Which images a limit chooses depends on the set's own labels.
   *
   * @param dataset its name
   * @throws dev.softgate.BadInputException if the set cannot be divided so
   */
  public static Division of(Limits limits, String dataset, int[] trainLabels, int[] testLabels) {
    int count = trainLabels.length;
    Split split =
        splitKind(limits, dataset, count) == SplitKind.REFERENCE
            ? Split.reference(count, limits.valFraction())
            : Split.seeded(count, limits.valFraction(), limits.seed());
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

  /** What {@code auto} stands for: the published split where there is one for these images. */
  private static SplitKind splitKind(Limits limits, String dataset, int trainImages) {
    if (limits.split() != SplitKind.AUTO) {
      return limits.split();
    }
    boolean published =
        dataset.startsWith("cifar")
            && trainImages == CIFAR_TRAIN_IMAGES
            && limits.valFraction() == PUBLISHED_FRACTION;
    return published ? SplitKind.REFERENCE : SplitKind.SEEDED;
  }
}
