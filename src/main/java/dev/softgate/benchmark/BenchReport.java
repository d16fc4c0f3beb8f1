package dev.softgate.benchmark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code bench} reports: of one way of computing, or of all ways by turns. A part that was not
 * measured is null, and has no key in JSON.
 *
 * @param bench {@code train}, {@code infer} or {@code loader}
 * @param compare a row for each way, libtorch's default first; null of a single way
 * @param speed of the single way
 * @param peakRssBytes the most memory that the process held during the steps
 * @param livePointersGrown native objects alive after the steps that were not before
 * @param precision of the backbone's arithmetic
 * @param canvas how training lays small images out
 * @param convolutionsAloneImagesPerSecond the throughput of the convolutions without anything else
 * @param parts of a step
 * @param network that was measured; null for the loader
 */
@JsonInclude(Include.NON_NULL)
public record BenchReport(
    String bench,
    @Nullable List<Row> compare,
    @JsonUnwrapped @Nullable Speed speed,
    long peakRssBytes,
    @Nullable Long livePointersGrown,
    @Nullable String engine,
    @Nullable String precision,
    @Nullable String canvas,
    int threads,
    String instructionSet,
    @Nullable Double convolutionsAloneImagesPerSecond,
    @JsonUnwrapped @Nullable Parts parts,
    @JsonUnwrapped @Nullable Network network,
    int batchSize,
    int steps) {

  /** The median step after warm-up. */
  record Speed(double imagesPerSecond, double millisecondsPerStep) {

    static Speed of(Measurement measurement) {
      return new Speed(measurement.imagesPerSecond(), measurement.medianSeconds() * 1e3);
    }
  }

  /**
   * One way of computing among others.
   *
   * @param layout of the images: {@code channels-last} or {@code default}
   * @param ratio of its throughput to that of the first way
   */
  @JsonInclude(Include.NON_NULL)
  record Row(
      String engine,
      String precision,
      String layout,
      @Nullable String canvas,
      @JsonUnwrapped Speed speed,
      double ratio,
      @Nullable Double convolutionsAloneImagesPerSecond,
      @JsonUnwrapped @Nullable Parts parts) {}

  /**
   * What a mean step consists of, and what this machine can do at its best.
   *
   * @param parts by name
   */
  record Parts(
      Map<String, Part> parts,
      double meanMillisecondsPerStep,
      double matmulGigaflopsPerSecond,
      double copyGigabytesPerSecond) {}

  /**
   * A part of a step.
   *
   * @param ofCeiling how near it comes to the machine's best, a fraction: convolutions to its
   *     matrix products, other parts to its copies. More than 1 where operands were in a cache
   */
  @JsonInclude(Include.NON_NULL)
  record Part(
      double milliseconds,
      @Nullable Double gigaflopsPerSecond,
      @Nullable Double gigabytesPerSecond,
      @Nullable Double ofCeiling) {

    static Part of(double seconds) {
      return new Part(seconds * 1e3, null, null, null);
    }
  }

  /** The network that was measured, in the words of the options. */
  public record Network(
      String arch,
      int depth,
      String block,
      int classes,
      String shortcut,
      String gate,
      List<Integer> gateAt,
      List<Integer> gateAfter) {}
}
