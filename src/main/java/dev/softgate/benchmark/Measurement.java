package dev.softgate.benchmark;

import dev.softgate.onednn.Part;
import java.util.Arrays;
import java.util.Map;

/**
 * How long the steps of a benchmark took.
 *
 * @param imagesPerStep the batch size
 * @param stepSeconds of each step after warm-up
 * @param livePointersGrown native objects alive after the steps that were not before
 * @param partSeconds what of a step the parts of the backbone take, on the average; empty where the
 *     engine does not say
 */
@SuppressWarnings("ArrayRecordComponent")
public record Measurement(
    int imagesPerStep,
    double[] stepSeconds,
    long livePointersGrown,
    Map<Part, Double> partSeconds) {

  /** The median step, in seconds. */
  public double medianSeconds() {
    double[] sorted = stepSeconds.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Images per second of the median step. */
  public double imagesPerSecond() {
    return imagesPerStep / medianSeconds();
  }
}
