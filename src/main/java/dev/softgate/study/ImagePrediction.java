package dev.softgate.study;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.softgate.evaluation.Predictions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A trained network's prediction for one image file.
 *
 * @param file the image file
 * @param label the most probable class
 * @param labelIndex its id, in [0, K)
 * @param probability its predicted probability, in [0, 1]
 * @param probabilities the most probable classes, best first; at least one
 * @param entropyNats hardness H, in nats; null without a gate
 * @param hardness H / ln K, in [0, 1]; null without a gate
 * @param g the weight of the additional layers, in [0, 1]; null without a gate
 * @param skipped whether the image skipped the additional layers of all gated stages; null if the
 *     network cannot skip
 * @param skippedStages the stages whose additional layers it skipped, from 1; null if the network
 *     cannot skip
 */
public record ImagePrediction(
    Path file,
    String label,
    int labelIndex,
    double probability,
    List<RankedClass> probabilities,
    @JsonProperty("entropy") @Nullable Double entropyNats,
    @Nullable Double hardness,
    @Nullable Double g,
    @Nullable Boolean skipped,
    @Nullable List<Integer> skippedStages) {

  /**
   * A class and its predicted probability.
   *
   * @param label the class's name
   * @param labelIndex its id, in [0, K)
   * @param probability in [0, 1]
   */
  public record RankedClass(String label, int labelIndex, double probability) {}

  /** Copies the lists. */
  public ImagePrediction {
    probabilities = List.copyOf(probabilities);
    skippedStages = skippedStages == null ? null : List.copyOf(skippedStages);
  }

  /**
   * Combines predictions with names.
   *
   * @param images the image files
   * @param predictions their predictions, in the same order
   * @param skipped whether each image skipped, gates×N; null if the network cannot skip
   * @param stages the gates' stages, from 1
   * @param classNames the network's class names, K
   * @param top the number of classes to rank, at least 1
   * @return one prediction for each file, in the same order
   */
  public static List<ImagePrediction> of(
      ReadImages images,
      Predictions predictions,
      @Nullable List<boolean[]> skipped,
      List<Integer> stages,
      List<String> classNames,
      int top) {
    int count = images.files().size();
    List<ImagePrediction> all = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Double entropyNats = element(predictions.entropyNats(), i);
      List<RankedClass> ranking = ranking(predictions.probabilities(i), classNames, top);
      List<Integer> left = skipped == null ? null : skippedBy(i, skipped, stages);
      all.add(
          new ImagePrediction(
              images.files().get(i),
              ranking.get(0).label(),
              ranking.get(0).labelIndex(),
              ranking.get(0).probability(),
              ranking,
              entropyNats,
              entropyNats == null ? null : fraction(entropyNats, classNames.size()),
              element(predictions.g(), i),
              left == null ? null : left.size() == stages.size(),
              left));
    }
    return all;
  }

  private static List<Integer> skippedBy(int image, List<boolean[]> skipped, List<Integer> stages) {
    return IntStream.range(0, stages.size())
        .filter(gate -> skipped.get(gate)[image])
        .mapToObj(stages::get)
        .toList();
  }

  private static @Nullable Double element(float @Nullable [] values, int i) {
    return values == null ? null : (double) values[i];
  }

  /** The entropy relative to its maximum; 0 with one class. */
  private static double fraction(double entropyNats, int classes) {
    return classes == 1 ? 0 : entropyNats / Math.log(classes);
  }

  private static List<RankedClass> ranking(
      double[] probabilities, List<String> classNames, int top) {
    return IntStream.range(0, probabilities.length)
        .mapToObj(k -> new RankedClass(classNames.get(k), k, probabilities[k]))
        .sorted(Comparator.comparingDouble(RankedClass::probability).reversed())
        .limit(top)
        .toList();
  }
}
