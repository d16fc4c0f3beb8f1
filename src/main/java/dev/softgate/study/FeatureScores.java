package dev.softgate.study;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.CsvTable;
import dev.softgate.scoring.features.Features;
import dev.softgate.scoring.features.Neighbors;
import dev.softgate.scoring.features.OutOfSample;
import dev.softgate.scoring.labels.ConfidentLearning;
import dev.softgate.scoring.labels.LabelFilter;
import dev.softgate.scoring.labels.LabelIssues;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * How good the label of each image seems, judging by out-of-sample probabilities from its features.
 *
 * <p>Images are ranked by {@code given_over_suggested} = p₁ / (p₁ + p₂), where p₁ is the
 * probability of the given label and p₂ that of the most probable other: the probability of the
 * given label if one of the two is right. results/features compares it with others.
 *
 * @param unit the features, rows of length 1
 * @param model the probabilities
 * @param issues what confident learning makes of them
 * @param scores by column name, N each, in [0, 1]; a high score means a good label
 */
record FeatureScores(
    JudgedImages images,
    Features unit,
    OutOfSample model,
    LabelIssues issues,
    Map<String, double[]> scores) {

  /** The score that ranks the images. */
  static final String RANKING = "given_over_suggested";

  private static final String SELF_CONFIDENCE = "self_confidence";
  private static final int NEAREST = 10;

  static FeatureScores of(
      JudgedImages images, Features features, OutOfSample model, int folds, LabelFilter filter) {
    ConfidentLearning learning =
        new ConfidentLearning(images.given(), model.probabilities(), images.classes(), folds);
    double[] own = learning.selfConfidence();
    double[] margins = learning.normalizedMargin(); // (1 + p₁ − p₂) / 2
    double[] ranking = new double[own.length];
    for (int i = 0; i < ranking.length; i++) {
      double other = Math.max(0, own[i] - (2 * margins[i] - 1));
      ranking[i] = own[i] + other > 0 ? own[i] / (own[i] + other) : 0.5;
    }
    Map<String, double[]> scores = new LinkedHashMap<>();
    scores.put(RANKING, ranking);
    scores.put(SELF_CONFIDENCE, own);
    scores.put("normalized_margin", margins);
    return new FeatureScores(
        images, features.unitRows(), model, LabelIssues.find(learning, filter), scores);
  }

  private double[] score(String name) {
    return Objects.requireNonNull(scores.get(name));
  }

  /** The names of classes with images, but too few to judge their labels. */
  List<String> classesNotJudged() {
    return Arrays.stream(images.given())
        .filter(label -> !issues.judged()[label])
        .sorted()
        .distinct()
        .mapToObj(images.classNames()::get)
        .toList();
  }

  /** The rows of the suspects, in {@link SuspectOrder}. */
  int[] worst() {
    return SuspectOrder.worst(
        score(RANKING), issues.flagged(), row -> issues.suggested()[row] >= 0, images.same());
  }

  /** Describes rows as suspects. */
  List<Suspect> suspects(int[] rows) {
    return Arrays.stream(rows).mapToObj(this::suspect).toList();
  }

  private Suspect suspect(int row) {
    int judged = issues.suggested()[row];
    int suggested = judged >= 0 ? judged : images.same().otherLabels(row).first();
    return new Suspect(
        images.path(row),
        images.id(row),
        images.classNames().get(images.given()[row]),
        images.classNames().get(suggested),
        score(SELF_CONFIDENCE)[row],
        probability(row, suggested),
        score(RANKING)[row],
        issues.flagged()[row],
        reason(row, suggested));
  }

  private double probability(int row, int label) {
    return Math.min(1, model.probabilities()[row * images.classes() + label]);
  }

  private String reason(int row, int suggested) {
    List<String> reasons = new ArrayList<>();
    List<String> others =
        images.same().otherLabels(row).stream().map(images.classNames()::get).toList();
    if (!others.isEmpty()) {
      reasons.add("the same picture is also labeled " + String.join(", ", others));
    }
    double own = score(SELF_CONFIDENCE)[row];
    double other = probability(row, suggested);
    String name = images.classNames().get(other > own ? suggested : images.given()[row]);
    int[] labels = labelsOfNearest(row);
    long ofSuggested = Arrays.stream(labels).filter(label -> label == suggested).count();
    if (ofSuggested > 0) {
      reasons.add(
          "%d of its %d nearest are labeled %s"
              .formatted(ofSuggested, labels.length, images.classNames().get(suggested)));
    }
    reasons.add(
        String.format(
            Locale.ROOT,
            "predicted %s by a model of the other images (%.2f)",
            name,
            Math.max(own, other)));
    return String.join("; ", reasons);
  }

  private int[] labelsOfNearest(int row) {
    Neighbors nearest =
        Neighbors.of(unit, row, NEAREST, other -> !images.same().areEqual(other, row));
    return Arrays.stream(nearest.images())
        .filter(other -> other >= 0)
        .map(other -> images.given()[other])
        .toArray();
  }

  /** All images by given × suggested label if flagged, else by given × given, K×K. */
  int[][] confusion() {
    int[][] confusion = new int[images.classes()][images.classes()];
    for (int row = 0; row < images.count(); row++) {
      int label = issues.flagged()[row] ? issues.suggested()[row] : images.given()[row];
      confusion[images.given()[row]][label]++;
    }
    return confusion;
  }

  /** Writes {@code scores.csv} atomically, a row for each image, with the columns of a run's. */
  void write(Path file) {
    StringBuilder text = new StringBuilder("id,file,given,suggested,flags,confident_learning");
    scores.keySet().forEach(name -> text.append(',').append(name));
    text.append(images.clean() == null ? "\n" : ",clean\n");
    for (int row = 0; row < images.count(); row++) {
      int suggested = issues.suggested()[row];
      text.append(images.id(row));
      text.append(',').append(CsvTable.quoted(images.file(row)));
      text.append(',').append(CsvTable.quoted(images.classNames().get(images.given()[row])));
      text.append(',');
      text.append(suggested < 0 ? "" : CsvTable.quoted(images.classNames().get(suggested)));
      text.append(',').append(issues.flagged()[row] ? "label-issue" : "");
      text.append(",out-of-sample");
      for (double[] score : scores.values()) {
        text.append(',').append((float) score[row]);
      }
      if (images.clean() != null) {
        text.append(',').append(CsvTable.quoted(images.classNames().get(images.clean()[row])));
      }
      text.append('\n');
    }
    AtomicFiles.writeString(file, text.toString());
  }
}
