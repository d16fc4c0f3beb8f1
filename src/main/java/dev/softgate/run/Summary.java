package dev.softgate.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.softgate.BadInputException;
import dev.softgate.interop.AtomicFiles;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run's settings and results: {@code summary.json}, one flat JSON object whose keys are the
 * components of the parts below in snake case ({@code test_accuracy}), in that order. A value that
 * is not known, or not yet, is {@code null}; no key is ever left out.
 *
 * <p>Accuracies are fractions of images, epochs count from zero.
 *
 * @param status how the run stands
 */
public record Summary(
    Status status,
    @JsonUnwrapped Results results,
    @JsonUnwrapped Network network,
    @JsonUnwrapped Machine machine,
    @JsonUnwrapped Provenance provenance) {

  /** How a run stands. */
  public enum Status {
    /** All epochs are done. */
    @JsonProperty("finished")
    FINISHED,
    /** Stopped on request; it can be resumed. */
    @JsonProperty("interrupted")
    INTERRUPTED,
    /** Stopped by an error. */
    @JsonProperty("failed")
    FAILED
  }

  /**
   * What the run reached.
   *
   * @param testAccuracy test accuracy after the last epoch; null without test images, and in a
   *     failed run, as are {@code valAccuracy} and {@code testMeanGate}
   * @param valAccuracy validation accuracy after the last epoch
   * @param bestEpoch the epoch of the greatest validation accuracy; null without validation images
   * @param bestValAccuracy the validation accuracy after that epoch
   * @param bestTestAccuracy the test accuracy of the weights after that epoch
   * @param testMeanGate the mean of g over the test images, after the last epoch
   * @param epochs how many are done
   * @param imagesPerSecond training speed over the run, evaluation not included
   * @param epochSeconds mean duration of an epoch, evaluation included
   */
  public record Results(
      @Nullable Double testAccuracy,
      @Nullable Double valAccuracy,
      @Nullable Integer bestEpoch,
      @Nullable Double bestValAccuracy,
      @Nullable Double bestTestAccuracy,
      @Nullable Double testMeanGate,
      int epochs,
      @Nullable Double imagesPerSecond,
      @Nullable Double epochSeconds) {}

  /**
   * What was trained.
   *
   * @param dataset as the option takes it
   * @param arch such as {@code resnet}
   * @param depth number of layers
   * @param block {@code basic} or {@code bottleneck}
   * @param gate such as {@code classifier}, or {@code none}
   * @param parameters how many weights are trained
   * @param macs multiply-accumulates of one image's forward pass
   */
  public record Network(
      String dataset,
      String arch,
      int depth,
      String block,
      String gate,
      long parameters,
      long macs) {}

  /**
   * What it ran on.
   *
   * @param engine {@code libtorch} or {@code onednn}
   * @param precision {@code fp32} or {@code bf16}
   * @param threads threads that compute in each process
   * @param processes how many processes train together
   * @param device {@code cpu}, {@code cuda} or {@code cuda:1}; null in files of earlier versions
   * @param instructionSet such as {@code avx512-bf16}
   * @param peakRssBytes the most memory the process held
   */
  public record Machine(
      String engine,
      String precision,
      int threads,
      int processes,
      @Nullable String device,
      @Nullable String instructionSet,
      @Nullable Long peakRssBytes) {}

  /**
   * What is needed to repeat the run.
   *
   * @param name the run's name
   * @param command the command line that started it
   * @param started when; ISO 8601 in UTC, such as {@code 2019-06-01T12:00:00Z}
   * @param resumed the sessions after the first, in order; empty if it was never resumed
   * @param seed the seed of every random choice
   * @param splitSha256 hash of the validation ids; null if none are held out
   * @param dataSha256 hash of the images and their own labels
   * @param labelsSha256 hash of the label file; null without one
   * @param dropSuspects the share of the training images left out; null without a score file
   * @param score the column that chose them; null without a score file
   * @param scoresSha256 hash of the score file; null without one
   * @param weightsSha256 hash of the weights after the last epoch; null in a failed run
   * @param softgateVersion the version that trained
   */
  public record Provenance(
      String name,
      String command,
      String started,
      List<Session> resumed,
      long seed,
      @Nullable String splitSha256,
      @Nullable String dataSha256,
      @Nullable String labelsSha256,
      @Nullable Double dropSuspects,
      @Nullable String score,
      @Nullable String scoresSha256,
      @Nullable String weightsSha256,
      String softgateVersion) {

    /** Checks the time and copies the sessions. */
    public Provenance {
      requireTime(started);
      resumed = List.copyOf(resumed);
    }
  }

  /**
   * A start or a resumption.
   *
   * @param started ISO 8601 in UTC
   * @param command the command line
   */
  public record Session(String started, String command) {

    /** Checks the time. */
    public Session {
      requireTime(started);
    }
  }

  private static void requireTime(String started) {
    try {
      Instant.parse(started);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("started is not an ISO 8601 time in UTC: " + started, e);
    }
  }

  /**
   * Writes the summary in place of {@code file}, whole or not at all.
   *
   * @throws java.io.UncheckedIOException if that fails
   * @throws IllegalArgumentException if a number is not finite, which JSON cannot hold
   */
  public void write(Path file) {
    AtomicFiles.writeString(file, SummaryJson.format(this));
  }

  /**
   * Reads a summary.
   *
   * @throws BadInputException if the file is missing, is not JSON, or has a key missing, unknown,
   *     twice or of the wrong type
   */
  public static Summary read(Path file) {
    return SummaryJson.parse(file, TextFiles.read(file));
  }
}
