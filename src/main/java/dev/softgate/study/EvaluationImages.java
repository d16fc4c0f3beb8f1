package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.config.DataConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.ImageSet;
import dev.softgate.data.LabelFile;
import dev.softgate.data.Limits;
import dev.softgate.evaluation.Predictions;
import dev.softgate.scoring.WrongLabels;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.Suspects;
import dev.softgate.training.TrainingData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The images that a trained network is evaluated on. A set is the run's own if its content is, by
 * SHA-256, wherever it lies: then the run's split and limits hold; an imported network's is the set
 * of its name. Of any other set there are only the test images, all of them.
 *
 * @param dataset the set that they belong to, with its own labels
 * @param split which part of it
 * @param images train or test of the set
 * @param ids which of {@code images}; at least one
 * @param clean the true label of every one of {@code images}, by id; null unless a label file says
 */
@SuppressWarnings("ArrayRecordComponent") // ids are read in bulk, never compared
public record EvaluationImages(
    Dataset dataset, EvaluationSplit split, ImageSet images, int[] ids, int @Nullable [] clean) {

  private static final Logger LOG = LoggerFactory.getLogger(EvaluationImages.class);
  private static final String FOLDER_PREFIX = "folder:";

  /**
   * Loads the images of a split.
   *
   * @param trained the run
   * @param wanted which data set, where it is, and which labels the train images have
   * @throws BadInputException if the data are not there or unusable, do not suit the network, or
   *     have no such split
   */
  public static EvaluationImages load(
      Checkpoint trained, DataConfig wanted, EvaluationSplit split, DownloadListener listener) {
    requirePresent(trained.config().data(), wanted);
    long seed = trained.config().optimization().seed();
    boolean imported = trained.data().dataSha256() == null;
    Limits limits =
        imported ? null : trained.config().data().limits(seed).forReading(wanted.dataset());
    Dataset dataset =
        Datasets.load(
            new DatasetRequest(wanted.dataset(), wanted.dataDir(), wanted.dataUrl(), seed, limits),
            listener);
    boolean sameSet =
        imported
            ? dataset.name().equals(trained.config().data().dataset())
            : dataset.sha256().equals(trained.data().dataSha256());
    if (!sameSet && limits != null) { // another set: the limits are of the run's own
      dataset =
          Datasets.load(
              new DatasetRequest(wanted.dataset(), wanted.dataDir(), wanted.dataUrl(), seed),
              listener);
    }
    requireSameClasses(trained.data(), dataset);
    if (imported && split != EvaluationSplit.TEST) {
      LOG.warn("the network was imported: it may have been trained on these images");
    }
    return sameSet
        ? ofRun(trained, dataset, split, wanted.labels())
        : ofOther(trained.config(), dataset, split);
  }

  private static EvaluationImages ofRun(
      Checkpoint trained, Dataset dataset, EvaluationSplit split, @Nullable Path labels) {
    Path file = split == EvaluationSplit.TEST ? null : labels;
    RunConfig config =
        trained
            .config()
            .with(Map.of("labels", file == null ? "none" : file.toString()))
            .with(Map.of("fold", "none"))
            .with(Suspects.NONE);
    TrainingData data = TrainingData.of(config, dataset);
    String trainedOn = trained.data().labelsSha256();
    if (file != null
        && file.equals(trained.config().data().labels())
        && !Objects.equals(data.labelsSha256(), trainedOn)) {
      throw new BadInputException(
          "%s has changed since the run trained on it (SHA-256 %s, not %s); restore it, or give another with {labels}"
              .formatted(file, data.labelsSha256(), trainedOn));
    }
    String known = trained.data().splitSha256();
    if (known != null && !known.equals(data.split().sha256())) {
      throw new IllegalStateException(
          "this version splits the images otherwise than the one that trained the run");
    }
    if (split == EvaluationSplit.VAL && data.validation().length == 0) {
      throw new BadInputException(
          "{split} val: the run held no images out ({val-fraction} 0); use {split} test");
    }
    ImageSet train = data.dataset().train();
    int[] clean = data.labels() == null ? null : data.labels().clean();
    return switch (split) {
      case TRAIN ->
          new EvaluationImages(dataset, split, train, trainedOn(trained, data, dataset), clean);
      case VAL -> new EvaluationImages(dataset, split, train, data.validation(), clean);
      case TEST -> new EvaluationImages(dataset, split, dataset.test(), data.test(), null);
    };
  }

  /**
   * What the run trained on: without suspects and the part left out, whichever labels the images
   * have now.
   */
  private static int[] trainedOn(Checkpoint trained, TrainingData data, Dataset dataset) {
    Suspects suspects = Suspects.read(trained.config().data(), data.dataset(), data.train(), false);
    if (suspects != null && !suspects.sha256().equals(trained.data().scoresSha256())) {
      throw new BadInputException(
          "%s has changed since the run left images out by it (SHA-256 %s, not %s); restore it"
              .formatted(suspects.file(), suspects.sha256(), trained.data().scoresSha256()));
    }
    int[] labels =
        trained.config().data().stratified()
            ? trainedLabels(trained, data, dataset)
            : data.dataset().train().labels();
    return TrainingData.trainedOn(trained.config(), suspects, data.train(), labels);
  }

  /** The labels that the run was trained on, by which a part was left out. */
  private static int[] trainedLabels(Checkpoint trained, TrainingData data, Dataset dataset) {
    Path file = trained.config().data().labels();
    if (Objects.equals(data.labelsSha256(), trained.data().labelsSha256())) {
      return data.dataset().train().labels();
    }
    if (file == null) {
      return dataset.train().labels();
    }
    LabelFile own = LabelFile.read(file, dataset.train().count(), dataset.classNames());
    if (!own.sha256().equals(trained.data().labelsSha256())) {
      throw new BadInputException(
          "%s has changed since the run left out a part by its labels; restore it".formatted(file));
    }
    return own.given();
  }

  private static EvaluationImages ofOther(
      RunConfig trained, Dataset dataset, EvaluationSplit split) {
    boolean sameName = dataset.name().equals(trained.data().dataset());
    if (split != EvaluationSplit.TEST) {
      throw new BadInputException(
          "{split} %s is of the images that the run was trained with, and %s is another set%s; use {split} test"
              .formatted(
                  split.text(),
                  dataset.name(),
                  sameName ? " by content: give the run's own with {data-dir}" : ""));
    }
    if (sameName) {
      LOG.warn("{} has other images than the run was trained with", dataset.source());
    }
    return allTest(dataset);
  }

  /** What predictions made of the images that are labeled wrongly; null where that is not known. */
  public @Nullable WrongLabels wrongLabels(Predictions said) {
    return clean == null
        ? null
        : WrongLabels.of(
            said.predicted(),
            said.labels(),
            Arrays.stream(said.ids()).map(id -> clean[id]).toArray());
  }

  /** All test images of a set, whatever the run was limited to. */
  static EvaluationImages allTest(Dataset dataset) {
    return new EvaluationImages(
        dataset, EvaluationSplit.TEST, dataset.test(), dataset.test().loaded(), null);
  }

  /** What the run recorded may have been relative to another folder, or on another machine. */
  private static void requirePresent(DataConfig recorded, DataConfig wanted) {
    String name = wanted.dataset();
    if (name.startsWith(FOLDER_PREFIX)) {
      String folder = name.substring(FOLDER_PREFIX.length());
      if (!Files.isDirectory(Path.of(folder))) {
        throw new BadInputException(
            "the images in %s are not here; give {dataset} folder:DIR".formatted(folder));
      }
    } else if (name.startsWith("cifar")
        && wanted.dataDir().equals(recorded.dataDir())
        && !Files.exists(wanted.dataDir())) {
      throw new BadInputException(
          "the run's data folder %s is not here; give {data-dir} DIR with %s"
              .formatted(recorded.dataDir(), name));
    }
  }

  private static void requireSameClasses(Checkpoint.DataFacts trained, Dataset dataset) {
    int classes = trained.classNames().size();
    if (dataset.classes() != classes) {
      throw new BadInputException(
          "{dataset} %s has %d classes and the network %d; evaluate it on a set of as many"
              .formatted(dataset.name(), dataset.classes(), classes));
    }
    if (!dataset.classNames().equals(trained.classNames())) {
      LOG.warn(
          "the classes of {} are named otherwise than the network's; class ids are compared",
          dataset.name());
    }
  }
}
