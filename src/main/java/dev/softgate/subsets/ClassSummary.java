package dev.softgate.subsets;

import dev.softgate.scoring.memorization.SubsetEstimates;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What an ensemble tells about the images of a class by their given labels. Means are over the
 * images of which the figure is known; NaN without such.
 *
 * @param name the name of the class
 * @param images the number of images
 * @param memorized how many have a memorization of at least 0.25
 * @param memorization the mean
 * @param memorizationProbability the mean
 * @param heldOutAccuracy the mean
 * @param heldOutProbability the mean
 */
record ClassSummary(
    String name,
    int images,
    int memorized,
    double memorization,
    double memorizationProbability,
    double heldOutAccuracy,
    double heldOutProbability) {

  /**
   * The summaries of all classes, in the order of their ids.
   *
   * @param given the labels of the images
   */
  static List<ClassSummary> of(List<String> names, int[] given, SubsetEstimates estimates) {
    return IntStream.range(0, names.size())
        .mapToObj(
            k -> {
              int[] own = IntStream.range(0, given.length).filter(i -> given[i] == k).toArray();
              return new ClassSummary(
                  names.get(k),
                  own.length,
                  (int) IntStream.of(own).filter(estimates::isMemorized).count(),
                  mean(own, estimates::memorization),
                  mean(own, estimates::probability),
                  mean(own, estimates::heldOutAccuracy),
                  mean(own, estimates::heldOutProbability));
            })
        .toList();
  }

  private static double mean(int[] images, IntToDoubleFunction figure) {
    return IntStream.of(images)
        .mapToDouble(figure)
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }
}
