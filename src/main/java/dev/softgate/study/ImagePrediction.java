package dev.softgate.study;

import dev.softgate.evaluation.Predictions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What a trained network makes of one image file.
 *
 * @param file which
 * @param ranking the most probable classes, best first; at least one
 * @param entropyNats hardness H, in nats; null without a gate
 * @param hardness H / ln K, in [0, 1]; null without a gate
 * @param g weight of the additional layers, in [0, 1]; null without a gate
 * @param skipped whether the image left the additional layers of every gated stage out; null of a
 *     network that cannot skip
 * @param skippedStages whose additional layers it left out, from 1; null likewise
 */
public record ImagePrediction(
    Path file,
    List<RankedClass> ranking,
    @Nullable Double entropyNats,
    @Nullable Double hardness,
    @Nullable Double g,
    @Nullable Boolean skipped,
    @Nullable List<Integer> skippedStages) {

  /**
   * A class and how probable the network finds it.
   *
   * @param label the class's name
   * @param index its id, in [0, K)
   * @param probability in [0, 1]
   */
  public record RankedClass(String label, int index, double probability) {}

  /** Copies the ranking. */
  public ImagePrediction {
    ranking = List.copyOf(ranking);
    skippedStages = skippedStages == null ? null : List.copyOf(skippedStages);
  }

  /**
   * Puts predictions in words.
   *
   * @param images files that have been read
   * @param predictions of them, in their order
   * @param skipped what each left out, gates×N; null of a network that cannot skip
   * @param stages of the gates, from 1
   * @param classNames of the network, K
   * @param top how many classes to rank, at least 1; all where there are no more
   * @return one for each file, in their order
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
      List<Integer> left = skipped == null ? null : skippedBy(i, skipped, stages);
      all.add(
          new ImagePrediction(
              images.files().get(i),
              ranking(predictions.probabilities(i), classNames, top),
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

  /** Of the greatest entropy there is; with one class there is none. */
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

  /** The prediction by name, for JSON. */
  public Map<String, @Nullable Object> values() {
    RankedClass best = ranking.get(0);
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("file", file.toString());
    values.put("label", best.label());
    values.put("label_index", best.index());
    values.put("probability", best.probability());
    values.put("probabilities", ranking.stream().map(ImagePrediction::values).toList());
    values.put("entropy", entropyNats);
    values.put("hardness", hardness);
    values.put("g", g);
    values.put("skipped", skipped);
    values.put("skipped_stages", skippedStages);
    return values;
  }

  private static Map<String, Object> values(RankedClass ranked) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("label", ranked.label());
    values.put("label_index", ranked.index());
    values.put("probability", ranked.probability());
    return values;
  }
}
