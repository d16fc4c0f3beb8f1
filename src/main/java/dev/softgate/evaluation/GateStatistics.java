package dev.softgate.evaluation;

import java.util.Arrays;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the gates treat a set of images. The g of an image is the mean over the gates; quartiles
 * interpolate linearly between the two nearest images, as NumPy's do.
 *
 * @param min least g
 * @param firstQuartile a quarter of the images has a smaller g
 * @param median half of them
 * @param thirdQuartile three quarters
 * @param max greatest g
 * @param meanOfCorrect mean g of the images classified as labeled; null if there are none
 * @param meanOfWrong mean g of the others; null if there are none
 * @param meanEntropyNats mean hardness H, in nats, in [0, ln K]; null of gates that are no
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
