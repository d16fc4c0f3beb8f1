package dev.softgate.experiment;

import dev.softgate.BadInputException;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.Fold;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.Compute;
import dev.softgate.training.OptimizationConfig;
import dev.softgate.training.RunConfig;
import dev.softgate.training.TrainingDynamics;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Networks trained as a run was, each without one of several parts of the run's training images, so
 * that there is one for each image that has not seen it: cross-validation, which confident learning
 * asks for. Each is a run of its own, {@code folds/fold-1} and so on in the run's folder.
 */
public final class Folds {

  private static final Logger LOG = LoggerFactory.getLogger(Folds.class);

  /** What may differ between sessions: where things lie, and how they are computed. */
  private static final Set<String> SAME_RESULT =
      Set.of(
          "dataset",
          "data-dir",
          "labels",
          "scores",
          "runs-dir",
          "engine",
          "threads",
          "canvas",
          "data-url",
          "checkpoint-minutes");

  private final List<Checkpoint> networks;

  private Folds(List<Checkpoint> networks) {
    this.networks = List.copyOf(networks);
  }

  /**
   * Trains what is not trained yet, and goes on with what was begun.
   *
   * @param run whose images are divided; it has dynamics, which scores need
   * @param images that it was trained on, with their labels
   * @param request the run's configuration, and who is told and asked meanwhile
   * @param parts how many networks, at least 2
   * @param epochs of each; null for the run's. The schedule is scaled with them
   * @return null if the request asked to stop before the end
   * @throws BadInputException if a network would learn of its part all the same, the images have
   *     other labels than those trained on, or the folder has networks of other settings
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
          "--folds: must be at most the run's %d training images, found %d"
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
        folder.delete(); // of a session that was killed before the first checkpoint
      }
      if (!Files.exists(folder.checkpoint("final"))) {
        LOG.info("training without part {} of {}", part, parts);
        TrainRequest own =
            new TrainRequest(
                config,
                begun ? folder.path() : null,
                request.listeners(),
                request.stopRequested(),
                request.commandLine(),
                request.ending());
        if (Experiment.run(own, downloads).interrupted()) {
          return null;
        }
      }
      networks.add(TrainedNetwork.open(folder.path()).checkpoint());
    }
    return new Folds(networks);
  }

  /** What a network starts or learns from has seen all images. */
  private static void requireUnseen(RunConfig config) {
    String seen =
        config.data().fold() != null
            ? "was itself trained without a part (--fold)"
            : !config.optimization().init().equals("scratch")
                ? "starts from a network that may have seen the parts (--init)"
                : config.skipping().distill() != null
                    ? "learns from a network that may have seen the parts (--distill)"
                    : null;
    if (seen != null) {
      throw new BadInputException("--folds: the run " + seen + "; score one from scratch");
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
    values.put("runs-dir", run.folds().toString());
    values.put("name", "fold-" + fold.part());
    values.put("dynamics", "none");
    values.put("keep-every", "0");
    values.put("test-every", "0");
    values.put("time-limit", "none");
    values.put(
        "precision",
        config.execution().compute(config.model().spec(images.dataset().classes())).precision());
    if (epochs != null) {
      OptimizationConfig own = config.optimization();
      double factor = (double) epochs / own.epochs();
      String schedule =
          own.schedule().stream()
              .map(milestone -> Math.max(1, Math.round(milestone * factor)))
              .distinct()
              .map(String::valueOf)
              .collect(Collectors.joining(","));
      values.put("epochs", epochs.toString());
      values.put("schedule", schedule.isEmpty() ? "none" : schedule);
      values.put("warm-up-epochs", Long.toString(Math.round(own.warmUpEpochs() * factor)));
      values.put(
          "memory-off-epochs",
          Long.toString(Math.min(Math.round(own.memoryOffEpochs() * factor), epochs - 1)));
      values.put(
          "anneal-epochs", Long.toString(Math.round(config.skipping().annealEpochs() * factor)));
    }
    return config.with(values);
  }

  private static void requireSame(RunConfig wanted, RunFolder folder) {
    Map<String, String> recorded = RunConfig.read(folder.config()).texts();
    String others =
        wanted.texts().entrySet().stream()
            .filter(entry -> !SAME_RESULT.contains(entry.getKey()))
            .filter(entry -> !entry.getValue().equals(recorded.get(entry.getKey())))
            .map(entry -> entry.getKey() + " " + recorded.get(entry.getKey()))
            .collect(Collectors.joining(", "));
    if (!others.isEmpty()) {
      throw new BadInputException(
          "--folds: %s was trained with %s; ask for the same, or delete the folder %s"
              .formatted(folder.path(), others, folder.path().getParent()));
    }
  }

  /**
   * What the networks say of images, each of those that it has not seen.
   *
   * @param ids all that the run was trained on, ascending, N
   * @return N×K, row by row
   */
  float[] probabilities(EvaluationImages images, int[] ids, Compute compute) {
    int classes = images.dataset().classes();
    float[] all = new float[ids.length * classes];
    for (Checkpoint network : networks) {
      RunConfig config = network.config();
      int[] held =
          Fold.parse(Objects.requireNonNull(config.data().fold()))
              .heldOut(ids, config.optimization().seed());
      float[] own =
          LabelStudy.probabilities(Evaluation.predictions(network, images, held, compute, false));
      for (int i = 0; i < held.length; i++) {
        int place = Arrays.binarySearch(ids, held[i]);
        System.arraycopy(own, i * classes, all, place * classes, classes);
      }
    }
    return all;
  }
}
