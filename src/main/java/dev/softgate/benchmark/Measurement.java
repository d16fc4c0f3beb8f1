package dev.softgate.benchmark;

import dev.softgate.onednn.OperationCost;
import dev.softgate.onednn.OperationKind;
import java.util.Arrays;
import java.util.Map;

/**
 * The times of a benchmark's steps.
 *
 * @param imagesPerStep the batch size
 * @param stepSeconds the time of each step after the warm-up
 * @param livePointersGrown the increase of live native objects during the steps
 * @param parts the mean cost per step by kind of operation; empty if the engine does not report it
 * @param engineSeconds the mean time per step in the backbone's engine; 0 if {@code parts} is empty
 * @param optimizerSeconds the time of a step's updates alone; 0 if there are none
 */
@SuppressWarnings("ArrayRecordComponent")
public record Measurement(
    int imagesPerStep,
    double[] stepSeconds,
    long livePointersGrown,
    Map<OperationKind, OperationCost> parts,
    double engineSeconds,
    double optimizerSeconds) {

  /** The median time of a step, in seconds. */
  public double medianSeconds() {
    return median(stepSeconds);
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** The throughput of the median step, in images per second. */
  public double imagesPerSecond() {
    return imagesPerStep / medianSeconds();
  }
}
