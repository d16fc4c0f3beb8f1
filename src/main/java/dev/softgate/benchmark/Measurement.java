package dev.softgate.benchmark;

import dev.softgate.onednn.OperationCost;
import dev.softgate.onednn.OperationKind;
import java.util.Arrays;
import java.util.Map;

/**
 * How long the steps of a benchmark took.
 *
 * @param imagesPerStep the batch size
 * @param stepSeconds of each step after warm-up
 * @param livePointersGrown native objects alive after the steps that were not before
 * @param parts what the parts of the backbone cost a step, on the average; empty where the engine
 *     does not say
 * @param engineSeconds how long the backbone is computed in a step, on the average, from the call
 *     to its return; 0 where {@code parts} is empty
 * @param optimizerSeconds what of a step its updates take, by themselves; 0 without
 */
@SuppressWarnings("ArrayRecordComponent")
public record Measurement(
    int imagesPerStep,
    double[] stepSeconds,
    long livePointersGrown,
    Map<OperationKind, OperationCost> parts,
    double engineSeconds,
    double optimizerSeconds) {

  /** The median step, in seconds. */
  public double medianSeconds() {
    return median(stepSeconds);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Images per second of the median step. */
  public double imagesPerSecond() {
    return imagesPerStep / medianSeconds();
  }
}
