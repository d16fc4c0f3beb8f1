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
 * How good the label of each training image of a run seems: from how the training went, and from
 * what the trained network says.
 *
 * @param dynamics how the training went
 * @param images that were trained on, with the labels that they were given
 * @param ids of the images scored, N, ascending
 * @param given their labels
 * @param clean their true labels; null where not known
 * @param said what the trained network predicts for the unchanged images, as it is deployed
 * @param owning what it predicts with each image's owned channels on; null where it has none
 * @param outOfSample whether {@code issues} are from networks that have not seen the image
 * @param issues what a network's probabilities say of the labels
 * @param scores by column name, N each, in [0, 1], high = good label
 * @param weights that the consensus gives to the scores it is made of
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

  /** EL2N is of early training: the first fifth of the epochs, at least one. */
  private static final int EARLY = 5;

  private static final String MEMORIZATION = "memorization";

  /**
   * What the consensus is made of: scores that look at the given label in different ways. Not of
   * forgetting, which errs once images are learned by heart, nor of early errors, which say little
   * in short trainings. What owned channels hold is near the confidence without them, as the loss
   * is to the margin: two looks at the training, and two at what it came to.
   */
  private static final Set<String> VOTERS =
      Set.of("aum", "loss", "self_confidence", "gate_loss", MEMORIZATION);

  /**
   * Scores the training images of a run.
   *
   * @param folds whose probabilities confident learning takes; null for the run's own network's
   * @param filter which labels are flagged
   * @throws BadInputException if the run wrote no dynamics, its images are not there, or a network
   *     predicts no probabilities for one
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
          "the dynamics in %s are of %d images, the run trained on %d others; restore the folder"
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
          "%s: the network predicts no probabilities for train image %d; train it again, with a lower {lr} where it diverged"
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

  /** What is said of a label must be of the one that was trained on. */
  static void requireSameLabels(RunFolder run, TrainingDynamics dynamics, EvaluationImages images) {
    int[] labels = images.images().labels();
    int[] ids = dynamics.ids();
    int[] clean = dynamics.clean();
    int classes = images.dataset().classes();
    if ((ids.length > 0 && ids[ids.length - 1] >= labels.length)
        || (clean != null && Arrays.stream(clean).anyMatch(k -> k >= classes))) {
      throw new BadInputException(
          "the dynamics in %s are of other images or classes; restore the folder"
              .formatted(run.path()));
    }
    if (!Arrays.equals(
        dynamics.given(), Arrays.stream(dynamics.ids()).map(id -> labels[id]).toArray())) {
      throw new BadInputException(
          "the labels are not those that %s was trained on; restore its label file, or say where it lies with {labels}"
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
              "the dynamics in %s have g = %s at the gate %s, which gives 0 to 1; restore the folder"
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
   * What the trained network predicts for the unchanged images.
   *
   * @param off as it is deployed, with owned channels off
   * @param on with each image's owned channels on; null where it has none
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
   * What is left of the given label with owned channels off: of its probability, p_off / p_on, at
   * most 1; and of its margin, sigmoid(m_off − m_on).
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

  /** Adds the consensus where there are scores enough; says what each voter weighs. */
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

  /** Writes {@code scores.csv}, which {@link ScoresTable} describes, in the place of a file. */
  public void write(Path file) {
    ScoresTable.write(file, this);
  }

  /** On which images confident learning's networks were trained: {@code in-sample} on these. */
  String confidentLearning() {
    return outOfSample ? "out-of-sample" : "in-sample";
  }

  /** The names of classes that some images are given, but too few to judge their labels. */
  public List<String> classesNotJudged() {
    boolean[] judged = issues.judged();
    return Arrays.stream(given)
        .filter(label -> !judged[label])
        .sorted()
        .distinct()
        .mapToObj(label -> images.dataset().classNames().get(label))
        .toList();
  }

  /** Whether each label is wrong, N; null where that is not known. */
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
