package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.data.Augmentation;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.Fold;
import dev.softgate.data.LabelFile;
import dev.softgate.data.Normalization;
import dev.softgate.data.Split;
import dev.softgate.data.Subset;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The images of a run, divided: which are trained on, which validate, which test.
 *
 * <p>With a label file, the train images have its given labels here, those held out too: they are
 * what a person has, so validation chooses the best epoch by them. The clean labels stay in {@code
 * labels}, where no training looks.
 *
 * @param dataset all images, labeled as they are trained on
 * @param labels where the labels of {@code dataset.train()} come from; null where they are the data
 *     set's own
 * @param suspects what the scores of {@code --drop-suspects} leave out; null without
 * @param split how the train images were divided, before limits
 * @param train ids in {@code dataset.train()} that are trained on, without suspects
 * @param validation ids in {@code dataset.train()} held out; may be empty
 * @param test ids in {@code dataset.test()}
 * @param normalization of the pixels
 * @param augmentation of the images trained on
 */
@SuppressWarnings("ArrayRecordComponent")
public record TrainingData(
    Dataset dataset,
    @Nullable LabelFile labels,
    @Nullable Suspects suspects,
    Split split,
    int[] train,
    int[] validation,
    int[] test,
    Normalization normalization,
    Augmentation augmentation) {

  /** The fraction held out by the published split. */
  private static final double PUBLISHED_FRACTION = 0.1;

  private static final int CIFAR_TRAIN_IMAGES = 50_000;

  /**
   * Loads and divides what a configuration names.
   *
   * @throws BadInputException if the data are missing or unusable
   */
  public static TrainingData load(RunConfig config, DownloadListener listener) {
    DataConfig data = config.data();
    DatasetRequest request =
        new DatasetRequest(
            data.dataset(), data.dataDir(), data.dataUrl(), config.optimization().seed());
    return of(config, Datasets.load(request, listener));
  }

  /**
   * Divides a data set as a configuration says, and labels it so. Which images a limit chooses
   * depends on the data set's own labels: with any label file they are the same. Suspects are left
   * out of those that a limit has chosen, and of what remains a part.
   *
   * @param dataset as it was loaded
   * @throws BadInputException if the set cannot be divided or labeled so
   */
  public static TrainingData of(RunConfig config, Dataset dataset) {
    Checkpoint.DataFacts.requireSize(dataset.train().height(), dataset.train().width());
    DataConfig data = config.data();
    long seed = config.optimization().seed();
    int count = dataset.train().count();
    Split split =
        splitKind(data, count) == SplitKind.REFERENCE
            ? Split.reference(count, data.valFraction())
            : Split.seeded(count, data.valFraction(), seed);
    int[] train = limited(split.train(), dataset.train().labels(), data.limitTrain(), seed);
    int[] test =
        limited(
            IntStream.range(0, dataset.test().count()).toArray(),
            dataset.test().labels(),
            data.limitTest(),
            seed);
    LabelFile labels =
        data.labels() == null ? null : LabelFile.read(data.labels(), count, dataset.classNames());
    Dataset labeled = labels == null ? dataset : dataset.labeled(labels);
    Suspects suspects = Suspects.read(data, labeled, train, true);
    return new TrainingData(
        labeled,
        labels,
        suspects,
        split,
        trainedOn(config, suspects, train, labeled.train().labels()),
        split.validation(),
        test,
        normalization(data, dataset),
        Augmentation.of(data.augment()));
  }

  /**
   * Images without suspects, and of what remains without the part that is left out.
   *
   * @param labels of all train images, as they are trained on
   */
  public static int[] trainedOn(
      RunConfig config, @Nullable Suspects suspects, int[] ids, int[] labels) {
    int[] kept = suspects == null ? ids : suspects.without(ids);
    String fold = config.data().fold();
    int[] strata = config.data().stratified() ? labels : null;
    return fold == null
        ? kept
        : Fold.parse(fold).trained(kept, strata, config.optimization().seed());
  }

  /** The same images with their pixels normalized as {@code config} says. */
  public TrainingData normalizedAs(RunConfig config) {
    return new TrainingData(
        dataset,
        labels,
        suspects,
        split,
        train,
        validation,
        test,
        normalization(config.data(), dataset),
        augmentation);
  }

  private static Normalization normalization(DataConfig data, Dataset dataset) {
    return switch (data.normalization()) {
      case "measured" -> Normalization.of(dataset.train());
      case "published" -> Normalization.forDataset(data.dataset(), dataset.train());
      default -> Normalization.parse(data.normalization());
    };
  }

  /** SHA-256 of the label file; null without one. */
  public @Nullable String labelsSha256() {
    return labels == null ? null : labels.sha256();
  }

  /** SHA-256 of the file with the scores of the labels; null without one. */
  public @Nullable String scoresSha256() {
    return suspects == null ? null : suspects.sha256();
  }

  private static int[] limited(int[] ids, int[] labels, @Nullable Integer limit, long seed) {
    return limit == null ? ids : Subset.limit(ids, labels, limit, seed);
  }

  /** What {@code auto} stands for: the published split where there is one for these images. */
  private static SplitKind splitKind(DataConfig data, int trainImages) {
    if (data.split() != SplitKind.AUTO) {
      return data.split();
    }
    boolean published =
        data.dataset().startsWith("cifar")
            && trainImages == CIFAR_TRAIN_IMAGES
            && data.valFraction() == PUBLISHED_FRACTION;
    return published ? SplitKind.REFERENCE : SplitKind.SEEDED;
  }
}
