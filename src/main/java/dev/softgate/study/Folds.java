package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.config.Affects;
import dev.softgate.config.EpochScale;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.Fold;
import dev.softgate.engine.Compute;
import dev.softgate.run.Experiment;
import dev.softgate.run.RunFolder;
import dev.softgate.run.TrainRequest;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingDynamics;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks trained like a run, each without one fold of the run's training images. Each image thus
 * has a network that has not seen it: cross-validation, which confident learning requires. Each
 * network is a run in {@code folds/fold-1} and so on in the run's folder.
 */
public final class Folds {

  private static final Logger LOG = LoggerFactory.getLogger(Folds.class);

  private final List<Checkpoint> networks;

  private Folds(List<Checkpoint> networks) {
    this.networks = List.copyOf(networks);
  }

  /**
   * Trains the missing networks and resumes unfinished ones.
   *
   * @param run the run whose images are divided; it must have dynamics, which scores need
   * @param images the images that it was trained on, with their labels
   * @param request the run's configuration, its listeners and its stop signal
   * @param parts the number of folds, at least 2
   * @param epochs the epochs of each network, to which the schedule is scaled; null for the run's
   *     epochs
   * @return null if the request asked to stop before the end
   * @throws BadInputException if a network would see its fold after all, the labels differ from
   *     those used in training, or the folder has networks with other settings
   */
  public static @Nullable Folds train(
      RunFolder run,
      EvaluationImages images,
      TrainRequest request,
      int parts,
      @Nullable Integer epochs,
      DownloadListener downloads) {
    requireUnseen(request.config());
    LabelStudy.requireSameLabels(run, TrainingDynamics.open(run.path()), images);
    if (parts > images.ids().length) {
      throw new BadInputException(
          "{folds}: must be at most the run's %d training images, found %d"
              .formatted(images.ids().length, parts));
    }
    List<Checkpoint> networks = new ArrayList<>();
    for (int part = 1; part <= parts; part++) {
      RunConfig config = config(request.config(), run, images, new Fold(part, parts), epochs);
      RunFolder folder =
          new RunFolder(run.folds().resolve(Objects.requireNonNull(config.execution().name())));
      boolean begun = folder.hasCheckpoint();
      if (begun) {
        requireSame(config, folder);
      } else {
        folder.delete(); // from a session that was killed before the first checkpoint
      }
      if (!Files.exists(folder.checkpoint("final"))) {
        LOG.info("training without fold {} of {}", part, parts);
        TrainRequest own =
            new TrainRequest(
                config,
                begun ? folder.path() : null,
                request.listeners(),
                request.stopping(),
                request.commandLine(),
                false,
                request.group());
        if (Experiment.run(own, downloads).interrupted()) {
          return null;
        }
      }
      networks.add(TrainedNetwork.open(folder.path()).checkpoint());
    }
    return new Folds(networks);
  }

  /**
   * How the images are divided: stratified, unless an earlier version trained the first network
   * with another division.
   */
  private static Fold.By dividedBy(RunFolder run) {
    RunFolder first = new RunFolder(run.folds().resolve("fold-1"));
    return first.hasCheckpoint() ? RunConfig.read(first.config()).data().foldBy() : Fold.By.LABEL;
  }

  /** Rejects runs that start or learn from a network, which has seen all images. */
  private static void requireUnseen(RunConfig config) {
    String seen =
        config.data().fold() != null
            ? "was itself trained without a fold ({fold})"
            : !config.optimization().init().equals("scratch")
                ? "starts from a network that may have seen the folds ({init})"
                : config.skipping().distill() != null
                    ? "learns from a network that may have seen the folds ({distill})"
                    : null;
    if (seen != null) {
      throw new BadInputException("{folds}: the run " + seen + "; use a run trained from scratch");
    }
  }

  private static RunConfig config(
      RunConfig config,
      RunFolder run,
      EvaluationImages images,
      Fold fold,
      @Nullable Integer epochs) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("fold", fold.text());
    Fold.By dividedBy = dividedBy(run);
    values.put("fold-by", dividedBy.text());
    values.put("runs-dir", run.folds().toString());
    values.put("name", "fold-" + fold.part());
    values.put("dynamics", "none");
    values.put("keep-every", "0");
    values.put("test-every", "0");
    values.put("time-limit", "none");
    values.put(
        "precision",
        config
            .execution()
            .compute(config.model().spec(images.dataset().classes()))
            .precision()
            .text());
    if (epochs != null) {
      values.putAll(
          dividedBy == Fold.By.CHANCE
              ? EpochScale.nearestTexts(config, epochs)
              : EpochScale.texts(config, epochs));
    }
    return config.with(values);
  }

  /** Whether a setting may differ between sessions: locations and ways of computing. */
  private static boolean mayDiffer(String key) {
    return key.equals("dataset") || !Settings.of(key).affects(Affects.RESULT);
  }

  private static void requireSame(RunConfig wanted, RunFolder folder) {
    Map<String, String> recorded = RunConfig.read(folder.config()).texts();
    String others =
        wanted.texts().entrySet().stream()
            .filter(entry -> !mayDiffer(entry.getKey()))
            .filter(entry -> !entry.getValue().equals(recorded.get(entry.getKey())))
            .map(entry -> entry.getKey() + " " + recorded.get(entry.getKey()))
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      throw new BadInputException(
          "{folds}: %s was trained with %s; use the same settings, or delete the folder %s"
              .formatted(folder.path(), others, folder.path().getParent()));
    }
  }

  /**
   * The number of networks. For a class with fewer images, one network has not learned the class.
   */
  int parts() {
    return networks.size();
  }

  /**
   * Predicts each image with the network that has not seen it.
   *
   * @param ids all images that the run was trained on, ascending, N
   * @return N×K, row by row
   */
  float[] probabilities(EvaluationImages images, int[] ids, Compute compute) {
    int classes = images.dataset().classes();
    float[] all = new float[ids.length * classes];
    for (Checkpoint network : networks) {
      RunConfig config = network.config();
      int[] held =
          Fold.parse(Objects.requireNonNull(config.data().fold()))
              .heldOut(
                  ids,
                  config.data().stratified() ? images.images().labels() : null,
                  config.optimization().seed());
      float[] own =
          LabelStudy.probabilities(
              SplitEvaluation.predictions(network, images, held, compute, false));
      for (int i = 0; i < held.length; i++) {
        int place = Arrays.binarySearch(ids, held[i]);
        System.arraycopy(own, i * classes, all, place * classes, classes);
      }
    }
    return all;
  }
}
