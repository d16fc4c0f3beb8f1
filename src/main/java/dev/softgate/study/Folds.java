package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.config.Affects;
import dev.softgate.config.OptimizationConfig;
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
 * Networks trained as a run was, each without one of several parts of the run's training images, so
 * that there is one for each image that has not seen it: cross-validation, which confident learning
 * asks for. Each is a run of its own, {@code folds/fold-1} and so on in the run's folder.
 */
public final class Folds {

  private static final Logger LOG = LoggerFactory.getLogger(Folds.class);

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

  /**
   * How the images are divided: stratified, unless the first network was trained otherwise, as by
   * an earlier version. Its numbers stay.
   */
  private static Fold.By dividedBy(RunFolder run) {
    RunFolder first = new RunFolder(run.folds().resolve("fold-1"));
    return first.hasCheckpoint() ? RunConfig.read(first.config()).data().foldBy() : Fold.By.LABEL;
  }

  /** What a network starts or learns from has seen all images. */
  private static void requireUnseen(RunConfig config) {
    String seen =
        config.data().fold() != null
            ? "was itself trained without a part ({fold})"
            : !config.optimization().init().equals("scratch")
                ? "starts from a network that may have seen the parts ({init})"
                : config.skipping().distill() != null
                    ? "learns from a network that may have seen the parts ({distill})"
                    : null;
    if (seen != null) {
      throw new BadInputException("{folds}: the run " + seen + "; score one from scratch");
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
      OptimizationConfig own = config.optimization();
      double factor = (double) epochs / own.epochs();
      List<Integer> schedule =
          dividedBy == Fold.By.CHANCE
              ? nearest(own.schedule(), own.epochs(), epochs)
              : scaled(own.schedule(), own.epochs(), epochs);
      values.put("epochs", epochs.toString());
      values.put(
          "schedule",
          schedule.isEmpty()
              ? "none"
              : schedule.stream().map(String::valueOf).collect(Collectors.joining(",")));
      if (!schedule.isEmpty() && dividedBy == Fold.By.LABEL) {
        double steps = (double) own.schedule().size() / schedule.size();
        values.put("lr-decay-gamma", Double.toString(Math.pow(own.lrDecayGamma(), steps)));
      }
      values.put("warm-up-epochs", Long.toString(Math.round(own.warmUpEpochs() * factor)));
      values.put(
          "memory-off-epochs",
          Long.toString(Math.min(Math.round(own.memoryOffEpochs() * factor), epochs - 1)));
      values.put(
          "anneal-epochs", Long.toString(Math.round(config.skipping().annealEpochs() * factor)));
    }
    return config.with(values);
  }

  /**
   * Milestones in the same proportion of other epochs, with an epoch after the last where there was
   * one: at the nearest epochs, moved by up to one where two would fall together. Where that does
   * not do, fewer milestones stand for all, and the rate falls by more at each.
   *
   * @param milestones of {@code epochs}
   * @param others how many epochs instead
   */
  public static List<Integer> scaled(List<Integer> milestones, int epochs, int others) {
    boolean ends = milestones.stream().allMatch(milestone -> milestone < epochs);
    int last = ends ? others - 1 : Integer.MAX_VALUE;
    List<Integer> scaled = new ArrayList<>();
    int next = last;
    for (int i = milestones.size() - 1; i >= 0; i--) {
      double exact = (double) milestones.get(i) * others / epochs;
      int place = (int) Math.min(Math.round(exact), next);
      if (place < 1 || exact - place > 1) {
        return nearest(milestones, epochs, others).stream().filter(near -> near <= last).toList();
      }
      scaled.add(0, place);
      next = place - 1;
    }
    return scaled;
  }

  /** Milestones at the nearest epochs, which fall together where they are near each other. */
  private static List<Integer> nearest(List<Integer> milestones, int epochs, int others) {
    double factor = (double) others / epochs;
    return milestones.stream()
        .map(milestone -> (int) Math.max(1, Math.round(milestone * factor)))
        .distinct()
        .toList();
  }

  /** Between sessions: where things lie, and how they are computed. */
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
          "{folds}: %s was trained with %s; ask for the same, or delete the folder %s"
              .formatted(folder.path(), others, folder.path().getParent()));
    }
  }

  /** How many networks there are: of a class with fewer images one has learned nothing. */
  int parts() {
    return networks.size();
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
