package dev.softgate.study;

import dev.softgate.config.DataConfig;
import dev.softgate.data.ImageSet;
import dev.softgate.training.TrainingDynamics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The suspects of a {@link LabelStudy}, by {@code aum} in {@link SuspectOrder}. */
final class StudySuspects {

  private final LabelStudy study;
  private final List<String> classNames;
  private final double[] scores;
  private final double[] selfConfidence;
  private final SamePictures same;
  private final float @Nullable [][] predicted;
  private final float[][] correct;

  private StudySuspects(LabelStudy study) {
    this.study = study;
    this.classNames = study.images().dataset().classNames();
    this.scores = Objects.requireNonNull(study.scores().get(DataConfig.AUM));
    this.selfConfidence = Objects.requireNonNull(study.scores().get("self_confidence"));
    this.same = SamePictures.of(study.images().images(), study.ids(), study.given());
    TrainingDynamics dynamics = study.dynamics();
    boolean known = dynamics.quantities().contains(TrainingDynamics.PREDICTED);
    this.predicted = known ? dynamics.values(TrainingDynamics.PREDICTED) : null;
    this.correct = dynamics.values(TrainingDynamics.CORRECT);
  }

  static List<Suspect> of(LabelStudy study) {
    return new StudySuspects(study).list();
  }

  private List<Suspect> list() {
    int[] worst = SuspectOrder.worst(scores, study.issues().flagged(), row -> true, same);
    return Arrays.stream(worst).mapToObj(this::suspect).toList();
  }

  private Suspect suspect(int i) {
    int id = study.ids()[i];
    ImageSet images = study.images().images();
    return new Suspect(
        images.path(id),
        id,
        name(study.given()[i]),
        name(study.issues().suggested()[i]),
        selfConfidence[i],
        study.issues().suggestedProbability()[i],
        scores[i],
        study.issues().flagged()[i],
        reason(i));
  }

  private String name(int label) {
    return label < 0 ? "" : classNames.get(label);
  }

  private String reason(int i) {
    List<String> reasons = new ArrayList<>();
    List<String> others = same.otherLabels(i).stream().map(classNames::get).toList();
    if (!others.isEmpty()) {
      reasons.add("the same picture is also labeled " + String.join(", ", others));
    }
    reasons.add(predicted == null ? fitted(i) : predictions(predicted, i));
    double ofSuggested = study.issues().suggestedProbability()[i];
    if (study.outOfSample() && ofSuggested > selfConfidence[i]) {
      reasons.add(
          String.format(
              Locale.ROOT,
              "a network that has not seen the image predicts %s (%.2f)",
              name(study.issues().suggested()[i]),
              ofSuggested));
    }
    return String.join("; ", reasons);
  }

  /** How often the network predicted the given label, from dynamics that have no predictions. */
  private String fitted(int i) {
    int right = 0;
    for (float[] epoch : correct) {
      right += epoch[i] == 0 ? 0 : 1;
    }
    return right == 0
        ? "never predicted as labeled"
        : "predicted as labeled in " + share(right, correct.length);
  }

  private String predictions(float[][] classes, int i) {
    int given = study.given()[i];
    int[] counts = new int[classNames.size()];
    for (float[] epoch : classes) {
      counts[(int) epoch[i]]++;
    }
    int other = given == 0 && counts.length > 1 ? 1 : 0;
    for (int label = 0; label < counts.length; label++) {
      if (label != given && counts[label] > counts[other]) {
        other = label;
      }
    }
    String ofGiven = name(given);
    if (counts[given] == classes.length) {
      return "predicted %s in every epoch".formatted(ofGiven);
    }
    String ofOther = "%s in %s".formatted(name(other), share(counts[other], classes.length));
    if (counts[given] == 0) {
      String never = counts[other] == classes.length ? "" : ", never " + ofGiven;
      return "predicted " + ofOther + never;
    }
    return counts[other] > counts[given]
        ? "predicted %s, %s in %s"
            .formatted(ofOther, ofGiven, percent(counts[given], classes.length))
        : "predicted %s in %s, %s in %s"
            .formatted(
                ofGiven,
                share(counts[given], classes.length),
                name(other),
                percent(counts[other], classes.length));
  }

  private static String share(int part, int epochs) {
    return part == epochs ? "every epoch" : percent(part, epochs) + " of epochs";
  }

  /** A share, which is 0% and 100% only where it is exact. */
  private static String percent(int part, int whole) {
    long rounded = Math.round(100.0 * part / whole);
    long shown = part > 0 && part < whole ? Math.max(1, Math.min(99, rounded)) : rounded;
    return shown + "%";
  }
}
