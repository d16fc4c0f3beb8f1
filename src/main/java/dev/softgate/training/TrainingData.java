package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.config.DataConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Augmenter;
import dev.softgate.data.BatchLoader;
import dev.softgate.data.BatchShare;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.Division;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.Fold;
import dev.softgate.data.LabelFile;
import dev.softgate.data.Normalization;
import dev.softgate.data.Split;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The images of a run, divided: which are trained on, which validate, which test.
 *
 * <p>With a label file, all images that it lists have its given labels here, validation images too:
 * in practice only these are known, so validation chooses the best epoch by them. The clean labels
 * stay in {@code labels}, which no training reads.
 *
 * @param dataset all images, labeled as they are trained on
 * @param labels where the labels of {@code dataset.train()} come from; null if they are the data
 *     set's own
 * @param suspects what the scores of {@code --drop-suspects} leave out; null without
 * @param split how the train images were divided, before limits
 * @param train ids in {@code dataset.train()} that are trained on, without suspects
 * @param validation ids in {@code dataset.train()} held out; may be empty
 * @param test ids in {@code dataset.test()}; may be empty
 * @param normalization how pixels are normalized
 * @param augmenter how training images are augmented
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
    Augmenter augmenter) {

  /**
   * Loads and divides what a configuration names.
   *
   * @throws BadInputException if the data are missing or unusable
   */
  public static TrainingData load(RunConfig config, DownloadListener listener) {
    if (config.data().resize().views() > 1) {
      throw new BadInputException(
          "{resize} %s: a network is trained on one view of an image; use crop, pad, reflect or"
              + " squash",
          config.data().resize().text());
    }
    DatasetRequest request =
        config.data().request(config.optimization().seed()).decodedBy(config.execution().threads());
    return of(config, Datasets.load(request, listener));
  }

  /**
   * Divides and labels a data set as a configuration asks. A limit chooses images by the data set's
   * own labels, so the choice is the same with any label file. From these, the images that the
   * label file leaves out are removed first, then suspects, and then the part of a fold.
   *
   * @param dataset as it was loaded
   * @throws BadInputException if the set cannot be divided or labeled so
   */
  public static TrainingData of(RunConfig config, Dataset dataset) {
    Checkpoint.DataFacts.requireSize(dataset.height(), dataset.width());
    DataConfig data = config.data();
    long seed = config.optimization().seed();
    Division division =
        Division.of(
            data.limits(seed),
            data.dataset(),
            dataset.train().labels(),
            dataset.validation(),
            dataset.test().labels());
    LabelFile labels = data.labels() == null ? null : LabelFile.read(data.labels(), dataset);
    Dataset labeled = labels == null ? dataset : dataset.labeled(labels);
    int[] train = labels == null ? division.train() : labels.train().kept(division.train());
    if (train.length == 0) {
      throw new BadInputException(
          "{labels} %s leaves out all images to train on; label some".formatted(data.labels()));
    }
    Suspects suspects = Suspects.read(data, labeled, train, true);
    return new TrainingData(
        labeled,
        labels,
        suspects,
        division.split(),
        trainedOn(config, suspects, train, labeled.train().labels()),
        labels == null ? division.validation() : labels.train().kept(division.validation()),
        labels == null ? division.test() : labels.test().kept(division.test()),
        normalization(data, dataset),
        data.augmenter());
  }

  /**
   * Removes suspects from images, and then the part of a fold.
   *
   * @param labels the labels of all train images, as they are trained on
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

  /** Loads one process's part of an epoch's batches of the images that are trained on. */
  public BatchLoader batches(BatchShare share, BatchLoader.Epoch epoch) {
    return BatchLoader.training(dataset.train(), train, augmenter, normalization, share, epoch);
  }

  /** The same images with the normalization of {@code config}. */
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
        augmenter);
  }

  /**
   * Refuses to continue a training on other data.
   *
   * @param trained what the run was trained on
   * @param run the run's folder, for messages
   * @throws BadInputException if images, labels or suspects differ from these
   */
  public void requireSameAs(Checkpoint.DataFacts trained, Path run) {
    requireSameImages(trained, run);
    if (!Objects.equals(labelsSha256(), trained.labelsSha256())) {
      throw new BadInputException(
          "%s was trained on other labels than %s now has (SHA-256 %s, not %s); give the file as it was with {labels}"
              .formatted(
                  run,
                  labels == null ? "the data set" : labels.file(),
                  labelsSha256(),
                  trained.labelsSha256()));
    }
    if (suspects != null && !suspects.sha256().equals(trained.scoresSha256())) {
      throw new BadInputException(
          "%s left images out by other scores than %s now has (SHA-256 %s, not %s); give the file as it was with {scores}"
              .formatted(run, suspects.file(), suspects.sha256(), trained.scoresSha256()));
    }
  }

  /**
   * Refuses a network that was trained on images of another set, or another division of them.
   *
   * @param trained what the network was trained on
   * @param run its run's folder, for messages
   * @throws BadInputException if the images differ
   */
  public void requireSameImages(Checkpoint.DataFacts trained, Path run) {
    if (!dataset.sha256().equals(trained.dataSha256())
        || !split.sha256().equals(trained.splitSha256())) {
      throw new BadInputException(
          "%s was trained on other images than %s now has (SHA-256 %s, not %s); give {data-dir}"
              .formatted(run, dataset.name(), dataset.sha256(), trained.dataSha256()));
    }
  }

  /**
   * Refuses a checkpoint from a place that no epoch of these images has.
   *
   * @throws BadInputException if its batch, images or dynamics do not fit
   */
  void requirePlace(Checkpoint checkpoint, long batchSize) {
    Progress progress = checkpoint.progress();
    long images = train.length;
    boolean fits =
        (progress.batch() - 1) * batchSize < images
            && progress.totals().images() == Math.min(images, progress.batch() * batchSize)
            && checkpoint.extras().epochDynamics().values().stream()
                .allMatch(quantity -> quantity.elements() == images);
    if (!fits) {
      throw new BadInputException(
          "%s: batch %d after %d images is no place in an epoch of %d images in batches of %d; take another checkpoint"
              .formatted(
                  checkpoint.file(),
                  progress.batch(),
                  progress.totals().images(),
                  images,
                  batchSize));
    }
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
}
