package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.config.DataConfig;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Predictions;
import dev.softgate.gate.GateSpec;
import dev.softgate.run.RunFolder;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.ImageSignals;
import dev.softgate.scoring.labels.ConfidentLearning;
import dev.softgate.scoring.labels.Consensus;
import dev.softgate.scoring.labels.LabelFilter;
import dev.softgate.scoring.labels.LabelIssues;
import dev.softgate.scoring.labels.LabelScores;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingDynamics;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How good the label of each of a run's training images seems, judging by the training dynamics and
 * the trained network's predictions.
 *
 * @param dynamics the training dynamics
 * @param images the training images with the labels used in training
 * @param ids the ids of the scored images, N, ascending
 * @param given their labels
 * @param clean their true labels; null if unknown
 * @param said the trained network's predictions without augmentation, as it is deployed
 * @param owning the predictions with each image's owned channels on; null if it has none
 * @param outOfSample whether {@code issues} come from networks that have not seen the image
 * @param issues the label issues that the predicted probabilities reveal
 * @param scores by column name, N each, in [0, 1]; a high score means a good label
 * @param weights the consensus weights of the scores that it combines
 */
@SuppressWarnings("ArrayRecordComponent") // bulk data, never compared
public record LabelStudy(
    TrainingDynamics dynamics,
    EvaluationImages images,
    int[] ids,
    int[] given,
    int @Nullable [] clean,
    Predictions said,
    @Nullable Predictions owning,
    boolean outOfSample,
    LabelIssues issues,
    Map<String, double[]> scores,
    Map<String, Double> weights) {

  private static final Logger LOG = LoggerFactory.getLogger(LabelStudy.class);

  /** EL2N uses early training: the first fifth of the epochs, at least one. */
  private static final int EARLY = 5;

  private static final String MEMORIZATION = "memorization";

  /**
   * The scores that the consensus combines: they use the given label in different ways. Forgetting
   * is excluded because it fails once images are memorized, and early errors because they tell
   * little in short trainings. Memorization and self-confidence without owned channels are related,
   * as are loss and margin: two views of the training, and two of its result.
   */
  private static final Set<String> VOTERS =
      Set.of("aum", "loss", "self_confidence", "gate_loss", MEMORIZATION);

  /**
   * Scores the training images of a run.
   *
   * @param folds the networks whose probabilities confident learning uses; null for the run's own
   *     network
   * @param filter the rule that flags labels
   * @throws BadInputException if the run has no dynamics, its images are missing, or a network's
   *     predictions are not probabilities
   */
  public static LabelStudy of(
      RunFolder run,
      TrainedNetwork trained,
      EvaluationImages images,
      Compute compute,
      @Nullable Folds folds,
      LabelFilter filter) {
    TrainingDynamics dynamics = TrainingDynamics.open(run.path());
    int[] ids = dynamics.ids();
    int[] sorted = images.ids().clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(ids, sorted)) {
      throw new BadInputException(
          "the dynamics in %s have %d images, but the run trained on %d others; restore the folder"
              .formatted(run.path(), ids.length, sorted.length));
    }
    requireSameLabels(run, dynamics, images);
    int classes = images.dataset().classes();
    Map<String, double[]> scores = new LinkedHashMap<>();
    ofTraining(run, dynamics, trained.checkpoint().spec().gate(), scores, classes);
    Passes passes = Passes.run(trained.checkpoint(), images, ids, compute);
    float[] probabilities =
        folds == null ? probabilities(passes.off()) : folds.probabilities(images, ids, compute);
    int bad = ConfidentLearning.firstBadRow(probabilities, classes);
    if (bad >= 0) {
      throw new BadInputException(
          "%s: the network predicts no probabilities for train image %d; train it again, with a lower {lr} if it diverged"
              .formatted(run.path(), ids[bad]));
    }
    ConfidentLearning confident =
        new ConfidentLearning(
            dynamics.given(), probabilities, classes, folds == null ? 2 : folds.parts());
    scores.put("self_confidence", confident.selfConfidence());
    scores.put("normalized_margin", confident.normalizedMargin());
    if (passes.on() != null) {
      memorization(passes.on(), passes.off(), classes, scores);
    }
    Map<String, Double> weights = combine(scores);
    return new LabelStudy(
        dynamics,
        images,
        ids,
        dynamics.given(),
        dynamics.clean(),
        passes.off(),
        passes.on(),
        folds != null,
        LabelIssues.find(confident, filter),
        scores,
        weights);
  }

  /** Checks that the labels are the ones used in training. */
  static void requireSameLabels(RunFolder run, TrainingDynamics dynamics, EvaluationImages images) {
    int[] labels = images.images().labels();
    int[] ids = dynamics.ids();
    int[] clean = dynamics.clean();
    int classes = images.dataset().classes();
    if ((ids.length > 0 && ids[ids.length - 1] >= labels.length)
        || (clean != null && Arrays.stream(clean).anyMatch(k -> k >= classes))) {
      throw new BadInputException(
          "the dynamics in %s belong to other images or classes; restore the folder"
              .formatted(run.path()));
    }
    if (!Arrays.equals(
        dynamics.given(), Arrays.stream(dynamics.ids()).map(id -> labels[id]).toArray())) {
      throw new BadInputException(
          "the labels are not the ones that %s was trained on; restore its label file, or specify it with {labels}"
              .formatted(run.path()));
    }
  }

  private static void ofTraining(
      RunFolder run,
      TrainingDynamics dynamics,
      GateSpec gate,
      Map<String, double[]> scores,
      int classes) {
    List<String> gates =
        dynamics.quantities().stream()
            .filter(name -> name.startsWith("g_"))
            .map(name -> name.substring("g_".length()))
            .toList();
    for (String name : gates) {
      String suffix = gates.size() == 1 ? "" : "_" + name;
      float[][] g = dynamics.values("g_" + name);
      double greatest = gate.greatestWeight(classes);
      if (greatest != 1) {
        scale(g, 1 / greatest); // also cuts what rounding adds; other gates are checked as they are
      }
      requireGates(run, name, g);
      scores.put("gate_last" + suffix, LabelScores.gateLast(g));
      scores.put("gate_mean" + suffix, LabelScores.gateMean(g));
      scores.put("gate_area" + suffix, LabelScores.gateArea(g));
      if (dynamics.quantities().contains("gate_loss_" + name)) {
        scores.put(
            "gate_loss" + suffix, LabelScores.meanLoss(dynamics.values("gate_loss_" + name)));
      }
    }
    float[][] loss = dynamics.values("loss");
    float[][] errors = dynamics.values("error_norm");
    scores.put("aum", LabelScores.aum(dynamics.values("margin")));
    scores.put(
        "forgetting", LabelScores.forgetting(correct(dynamics.values(TrainingDynamics.CORRECT))));
    scores.put("el2n", LabelScores.el2n(Arrays.copyOf(errors, Math.max(1, errors.length / EARLY))));
    scores.put("loss", LabelScores.meanLoss(loss));
    scores.put("confidence", LabelScores.cartographyConfidence(loss));
    scores.put("variability", LabelScores.cartographyVariability(loss));
  }

  private static void requireGates(RunFolder run, String name, float[][] g) {
    for (float[] epoch : g) {
      for (float value : epoch) {
        if (!(value >= 0 && value <= 1)) {
          throw new BadInputException(
              "the dynamics in %s have g = %s at gate %s, outside [0, 1]; restore the folder"
                  .formatted(run.path(), value, name));
        }
      }
    }
  }

  private static void scale(float[][] rows, double factor) {
    for (float[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        row[i] = (float) Math.min(1, row[i] * factor);
      }
    }
  }

  private static boolean[][] correct(float[][] rows) {
    boolean[][] correct = new boolean[rows.length][];
    for (int epoch = 0; epoch < rows.length; epoch++) {
      correct[epoch] = new boolean[rows[epoch].length];
      for (int i = 0; i < rows[epoch].length; i++) {
        correct[epoch][i] = rows[epoch][i] != 0;
      }
    }
    return correct;
  }

  /**
   * The trained network's predictions without augmentation.
   *
   * @param off as it is deployed, with owned channels off
   * @param on with each image's owned channels on; null if it has none
   */
  private record Passes(Predictions off, @Nullable Predictions on) {

    static Passes run(Checkpoint checkpoint, EvaluationImages images, int[] ids, Compute compute) {
      Predictions off = SplitEvaluation.predictions(checkpoint, images, ids, compute, false);
      Predictions on =
          checkpoint.spec().gate().ownsChannels()
              ? SplitEvaluation.predictions(checkpoint, images, ids, compute, true)
              : null;
      return new Passes(off, on);
    }
  }

  /** The softmax of each image's logits, N×K, row by row. */
  static float[] probabilities(Predictions said) {
    int classes = said.classes();
    float[] all = new float[said.labels().length * classes];
    for (int i = 0; i < said.labels().length; i++) {
      double[] row = said.probabilities(i);
      for (int k = 0; k < classes; k++) {
        all[i * classes + k] = (float) row[k];
      }
    }
    return all;
  }

  /**
   * The probability of the given label without the owned channels relative to the probability with
   * them, p_off / p_on, at most 1; and the same for the margin, sigmoid(m_off − m_on).
   */
  private static void memorization(
      Predictions on, Predictions off, int classes, Map<String, double[]> scores) {
    ImageSignals with = ImageSignals.of(on.logits(), on.labels(), classes);
    ImageSignals without = ImageSignals.of(off.logits(), off.labels(), classes);
    double[] kept = new double[on.labels().length];
    double[] margin = new double[kept.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = Math.exp(-Math.max(0, without.lossNats()[i] - (double) with.lossNats()[i]));
      margin[i] = 1 / (1 + Math.exp(with.margin()[i] - (double) without.margin()[i]));
    }
    scores.put(MEMORIZATION, kept);
    scores.put(MEMORIZATION + "_margin", margin);
  }

  /** Adds the consensus if there are enough scores; returns the weights. */
  private static Map<String, Double> combine(Map<String, double[]> scores) {
    List<String> voters =
        scores.keySet().stream()
            .filter(name -> VOTERS.stream().anyMatch(voter -> isOf(name, voter)))
            .toList();
    Map<String, Double> weights = new LinkedHashMap<>();
    Consensus consensus;
    try {
      consensus = new Consensus(voters.stream().map(scores::get).toList());
    } catch (IllegalArgumentException e) {
      LOG.warn("no consensus of the scores: {}", e.getMessage());
      return weights;
    }
    for (int i = 0; i < voters.size(); i++) {
      weights.put(voters.get(i), consensus.weights()[i]);
    }
    scores.put(DataConfig.CONSENSUS, consensus.scores());
    return weights;
  }

  private static boolean isOf(String name, String voter) {
    return name.equals(voter) || name.startsWith(voter + "_b");
  }

  /** Writes {@code scores.csv}; see {@link ScoresTable}. */
  public void write(Path file) {
    ScoresTable.write(file, this);
  }

  /** Whether confident learning's networks saw the images: {@code in-sample} if they did. */
  String confidentLearning() {
    return outOfSample ? "out-of-sample" : "in-sample";
  }

  /** The names of classes with images, but too few to judge their labels. */
  public List<String> classesNotJudged() {
    boolean[] judged = issues.judged();
    return Arrays.stream(given)
        .filter(label -> !judged[label])
        .sorted()
        .distinct()
        .mapToObj(label -> images.dataset().classNames().get(label))
        .toList();
  }

  /** Whether each label is wrong, N; null if unknown. */
  public boolean @Nullable [] wrong() {
    if (clean == null) {
      return null;
    }
    boolean[] wrong = new boolean[given.length];
    for (int i = 0; i < wrong.length; i++) {
      wrong[i] = given[i] != clean[i];
    }
    return wrong;
  }
}
