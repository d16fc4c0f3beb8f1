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
 * The images that a trained network is evaluated on. A set is the run's own if its SHA-256 matches,
 * wherever it is stored; then the run's split and limits apply. For an imported network, the set's
 * name decides. Other sets provide only their test images, all of them; of a set that has none, all
 * images are taken.
 *
 * @param dataset the set that the images belong to, with its own labels
 * @param split the part of the set
 * @param images the set's train or test images
 * @param ids the ids within {@code images}; at least one
 * @param clean the true label of each of {@code images}, by id; null without a label file
 */
@SuppressWarnings("ArrayRecordComponent") // ids are read in bulk, never compared
public record EvaluationImages(
    Dataset dataset, EvaluationSplit split, ImageSet images, int[] ids, int @Nullable [] clean) {

  private static final Logger LOG = LoggerFactory.getLogger(EvaluationImages.class);

  /**
   * Loads the images of a split.
   *
   * @param trained the run
   * @param wanted the data set, its location, and the labels of the train images
   * @param split null for the test images, or the validation images of a set without test images
   * @throws BadInputException if the data are missing or unusable, do not fit the network, or have
   *     no such split
   */
  public static EvaluationImages load(
      Checkpoint trained,
      DataConfig wanted,
      @Nullable EvaluationSplit split,
      DownloadListener listener) {
    requirePresent(trained.config().data(), wanted);
    long seed = trained.config().data().seed(trained.config().optimization().seed());
    boolean imported = trained.data().dataSha256() == null;
    Limits limits =
        imported ? null : trained.config().data().limits(seed).forReading(wanted.dataset());
    DatasetRequest request =
        new DatasetRequest(
            wanted.dataset(),
            wanted.dataDir(),
            wanted.dataUrl(),
            seed,
            limits,
            trained.decoding(wanted));
    Dataset dataset = Datasets.load(request, listener);
    boolean sameSet =
        imported
            ? dataset.name().equals(trained.config().data().dataset())
            : dataset.sha256().equals(trained.data().dataSha256());
    if (!sameSet && limits != null) { // another set: the limits apply only to the run's own set
      dataset = Datasets.load(request.unlimited(), listener);
    }
    requireSameClasses(trained.data(), dataset);
    if (!sameSet) {
      return ofOther(trained.config(), dataset, split == null ? EvaluationSplit.TEST : split);
    }
    EvaluationSplit part = split == null ? usual(trained, dataset) : split;
    if (imported && part != EvaluationSplit.TEST) {
      LOG.warn("the network was imported: it may have been trained on these images");
    }
    return ofRun(trained, dataset, part, wanted.labels());
  }

  /** The part of the run's own set that figures are reported on. */
  private static EvaluationSplit usual(Checkpoint trained, Dataset dataset) {
    if (dataset.test().count() > 0) {
      return EvaluationSplit.TEST;
    }
    if (!trained.config().data().holdsOut()) {
      throw new BadInputException(
          "%s has no test images, and the run held none out ({val-fraction} 0); use {split} train for those it trained on"
              .formatted(dataset.name()));
    }
    LOG.info("{} has no test images: these are its validation images", dataset.name());
    return EvaluationSplit.VAL;
  }

  private static EvaluationImages ofRun(
      Checkpoint trained, Dataset dataset, EvaluationSplit split, @Nullable Path labels) {
    Path recorded = trained.config().data().labels();
    Path file = labels;
    boolean own = file != null && file.equals(recorded);
    if (own && split == EvaluationSplit.TEST && !Files.exists(file)) {
      LOG.warn("the run's label file {} is missing; the test images have their own labels", file);
      file = null;
    }
    TrainingData data = divided(trained, dataset, file);
    LabelFile read = data.labels();
    boolean used = read != null && (split != EvaluationSplit.TEST || read.labelsTestOf(dataset));
    if (own && used && read != null && !read.sha256().equals(trained.data().labelsSha256())) {
      throw new BadInputException(
          "%s has changed since the run trained on it (SHA-256 %s, expected %s); restore it, or choose another file with {labels}"
              .formatted(file, data.labelsSha256(), trained.data().labelsSha256()));
    }
    if (read != null && !own && !used) {
      throw new BadInputException(
          "{labels} %s labels no test image; use it with {split} train or {split} val"
              .formatted(file));
    }
    String known = trained.data().splitSha256();
    if (known != null && !known.equals(data.split().sha256())) {
      throw new IllegalStateException(
          "this version splits the images differently from the one that trained the run");
    }
    boolean tested = dataset.test().count() > 0;
    if (split == EvaluationSplit.VAL && data.validation().length == 0) {
      throw new BadInputException(
          "{split} val: the run held no images out ({val-fraction} 0); use {split} "
              + (tested ? "test" : "train"));
    }
    if (split == EvaluationSplit.TEST && !tested) {
      throw new BadInputException(
          "{split} test: %s has no test images; use {split} %s"
              .formatted(dataset.name(), data.validation().length > 0 ? "val" : "train"));
    }
    ImageSet train = data.dataset().train();
    int[] clean = read == null ? null : read.clean();
    return switch (split) {
      case TRAIN ->
          new EvaluationImages(dataset, split, train, trainedOn(trained, data, dataset), clean);
      case VAL -> new EvaluationImages(dataset, split, train, data.validation(), clean);
      case TEST -> new EvaluationImages(dataset, split, data.dataset().test(), data.test(), null);
    };
  }

  /** The set as the run divided it, with the labels of a file, before suspects and folds. */
  private static TrainingData divided(Checkpoint trained, Dataset dataset, @Nullable Path labels) {
    return TrainingData.of(
        trained
            .config()
            .with(Map.of("labels", labels == null ? "none" : labels.toString()))
            .with(Map.of("fold", "none"))
            .with(Suspects.NONE),
        dataset);
  }

  /** The images that the run trained on, except what the label file of {@code data} leaves out. */
  private static int[] trainedOn(Checkpoint trained, TrainingData data, Dataset dataset) {
    boolean same = Objects.equals(data.labelsSha256(), trained.data().labelsSha256());
    TrainingData own = same ? data : asTrained(trained, dataset);
    Suspects suspects = Suspects.read(trained.config().data(), own.dataset(), own.train(), false);
    if (suspects != null && !suspects.sha256().equals(trained.data().scoresSha256())) {
      throw new BadInputException(
          "%s has changed since the run dropped images with it (SHA-256 %s, expected %s); restore it"
              .formatted(suspects.file(), suspects.sha256(), trained.data().scoresSha256()));
    }
    int[] ids =
        TrainingData.trainedOn(
            trained.config(), suspects, own.train(), own.dataset().train().labels());
    return data.labels() == null ? ids : data.labels().train().kept(ids);
  }

  /** The set with the label file that the run was trained on, which determined its images. */
  private static TrainingData asTrained(Checkpoint trained, Dataset dataset) {
    Path file = trained.config().data().labels();
    boolean needed = trained.config().data().stratified();
    if (file == null || needed || Files.exists(file)) {
      TrainingData own = divided(trained, dataset, file);
      if (Objects.equals(own.labelsSha256(), trained.data().labelsSha256())) {
        return own;
      }
      if (needed) {
        throw new BadInputException(
            "%s has changed since the run's fold was derived from it; restore it".formatted(file));
      }
    }
    LOG.warn(
        "{} is not the file that the run was trained on; images that it left out count as trained"
            + " on",
        file);
    return divided(trained, dataset, null);
  }

  private static EvaluationImages ofOther(
      RunConfig trained, Dataset dataset, EvaluationSplit split) {
    boolean sameName = dataset.name().equals(trained.data().dataset());
    if (split != EvaluationSplit.TEST) {
      throw new BadInputException(
          "{split} %s refers to the run's own images, but %s is another set%s; use {split} test"
              .formatted(
                  split.text(),
                  dataset.name(),
                  sameName ? " by content: choose the run's own with {data-dir}" : ""));
    }
    if (sameName) {
      LOG.warn("{} does not have the images that the run was trained on", dataset.source());
    }
    if (dataset.test().count() > 0) {
      return allTest(dataset);
    }
    LOG.warn(
        "{} has no test images, so that all {} images are evaluated, as if the network had not seen"
            + " them",
        dataset.name(),
        dataset.train().loaded().length);
    return new EvaluationImages(dataset, split, dataset.train(), dataset.train().loaded(), null);
  }

  /** How wrongly labeled images were predicted; null if the true labels are unknown. */
  public @Nullable WrongLabels wrongLabels(Predictions said) {
    return clean == null
        ? null
        : WrongLabels.of(
            said.predicted(),
            said.labels(),
            Arrays.stream(said.ids()).map(id -> clean[id]).toArray());
  }

  /** All test images of a set, without the run's limits. */
  static EvaluationImages allTest(Dataset dataset) {
    return new EvaluationImages(
        dataset, EvaluationSplit.TEST, dataset.test(), dataset.test().loaded(), null);
  }

  /** The recorded folder may be relative to another folder or belong to another machine. */
  private static void requirePresent(DataConfig recorded, DataConfig wanted) {
    String name = wanted.dataset();
    int colon = name.indexOf(':');
    if (colon > 0) {
      String place = name.substring(colon + 1);
      if (!Files.exists(Path.of(place))) {
        throw new BadInputException(
            "the %s %s does not exist; specify {dataset} %s:%s"
                .formatted(
                    name.startsWith("list:") ? "list" : "image folder",
                    place,
                    name.substring(0, colon),
                    name.startsWith("list:") ? "FILE.csv" : "DIR"));
      }
    } else if (name.startsWith("cifar")
        && wanted.dataDir().equals(recorded.dataDir())
        && !Files.exists(wanted.dataDir())) {
      throw new BadInputException(
          "the run's data folder %s does not exist; specify {data-dir} DIR with %s"
              .formatted(recorded.dataDir(), name));
    }
  }

  private static void requireSameClasses(Checkpoint.DataFacts trained, Dataset dataset) {
    int classes = trained.classNames().size();
    if (dataset.classes() != classes) {
      throw new BadInputException(
          "{dataset} %s has %d classes, but the network has %d; evaluate it on a set with the same classes"
              .formatted(dataset.name(), dataset.classes(), classes));
    }
    if (!dataset.classNames().equals(trained.classNames())) {
      LOG.warn(
          "the class names of {} differ from the network's; class ids are compared",
          dataset.name());
    }
  }
}
