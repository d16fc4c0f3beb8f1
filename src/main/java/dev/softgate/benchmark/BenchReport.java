package dev.softgate.benchmark;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code bench}, for one way of computing or for all ways in turn. Parts that were
 * not measured are null and have no key in JSON.
 *
 * @param bench {@code train}, {@code infer} or {@code loader}
 * @param compare a row for each way, libtorch's default first; null for a single way
 * @param speed the speed of a single way
 * @param peakRssBytes the peak memory of the process during the steps
 * @param livePointersGrown the increase of live native objects during the steps
 * @param precision the precision of the backbone
 * @param canvas the canvas for weight gradients
 * @param device where the network was computed; null for the loader
 * @param convolutionsAloneImagesPerSecond the throughput of the convolutions alone
 * @param parts the parts of a step
 * @param network the measured network; null for the loader
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
    @Nullable String device,
    String instructionSet,
    @Nullable Double convolutionsAloneImagesPerSecond,
    @JsonUnwrapped @Nullable Parts parts,
    @JsonUnwrapped @Nullable Network network,
    int batchSize,
    int imageSize,
    int steps) {

  /** The speed of the median step after warm-up. */
  record Speed(double imagesPerSecond, double millisecondsPerStep) {

    static Speed of(Measurement measurement) {
      return new Speed(measurement.imagesPerSecond(), measurement.medianSeconds() * 1e3);
    }
  }

  /**
   * One of several ways of computing.
   *
   * @param layout the layout of the images: {@code channels-last} or {@code default}
   * @param ratio its throughput relative to the first way
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
   * The parts of a mean step, and the machine's peak rates.
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
   * @param ofCeiling its rate relative to the machine's peak rate: of matrix products for
   *     convolutions, of memory copies for other parts. It exceeds 1 if the data were cached.
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

  /** The measured network, with the values of its options. */
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
