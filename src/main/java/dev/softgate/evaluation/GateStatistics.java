package dev.softgate.evaluation;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The distribution of g over a set of images, where an image's g is the mean over the gates.
 * Quartiles interpolate linearly between the two nearest images, as in NumPy.
 *
 * @param min the least g
 * @param firstQuartile the first quartile of g
 * @param median the median of g
 * @param thirdQuartile the third quartile of g
 * @param max the greatest g
 * @param meanOfCorrect mean g of the images classified as labeled; null if there are none
 * @param meanOfWrong mean g of the other images; null if there are none
 * @param meanEntropyNats mean hardness H, in nats, in [0, ln K]; null if the gates are not
 *     classifiers
 */
public record GateStatistics(
    double min,
    double firstQuartile,
    double median,
    double thirdQuartile,
    double max,
    @Nullable Double meanOfCorrect,
    @Nullable Double meanOfWrong,
    @Nullable Double meanEntropyNats) {

  /** The statistics of at least one image; null if the network has no gate. */
  public static @Nullable GateStatistics of(Predictions predictions) {
    float[] g = predictions.g();
    float[] entropyNats = predictions.entropyNats();
    if (g == null) {
      return null;
    }
    float[] ascending = g.clone();
    Arrays.sort(ascending);
    int[] predicted = predictions.predicted();
    int[] labels = predictions.labels();
    return new GateStatistics(
        quantile(ascending, 0),
        quantile(ascending, 0.25),
        quantile(ascending, 0.5),
        quantile(ascending, 0.75),
        quantile(ascending, 1),
        meanWhere(g, i -> predicted[i] == labels[i]),
        meanWhere(g, i -> predicted[i] != labels[i]),
        entropyNats == null ? null : meanWhere(entropyNats, i -> true));
  }

  private static double quantile(float[] ascending, double fraction) {
    double place = fraction * (ascending.length - 1);
    int below = (int) Math.floor(place);
    int above = (int) Math.ceil(place);
    return ascending[below] + (place - below) * (ascending[above] - ascending[below]);
  }

  private static @Nullable Double meanWhere(float[] g, IntPredicate chosen) {
    int[] images = IntStream.range(0, g.length).filter(chosen).toArray();
    double sum = 0;
    for (int i : images) {
      sum += g[i];
    }
    return images.length == 0 ? null : sum / images.length;
  }
}
