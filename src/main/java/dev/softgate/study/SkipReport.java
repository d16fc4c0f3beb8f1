package dev.softgate.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.evaluation.SkippingEvaluator;
import dev.softgate.scoring.SkipCost;
import dev.softgate.scoring.SkipGoal;
import dev.softgate.scoring.WrongLabels;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The result of {@code skip}. Accuracies, shares and savings are fractions. Multiply-accumulates
 * are per image, and means over images if some skip. Parts that were not requested are null and
 * have no key in JSON.
 *
 * @param accuracyWithoutSkipping the accuracy of the whole network
 * @param wrong the whole network's predictions for wrong labels; null if the true labels are
 *     unknown
 * @param calibration how thresholds were chosen
 * @param skipping the results of the skipping network
 * @param baseline another network
 * @param speed a row for each batch size
 * @param curve the file of the whole curve
 */
public record SkipReport(
    @JsonUnwrapped Subject subject,
    double accuracyWithoutSkipping,
    @JsonUnwrapped @Nullable WrongWithoutSkipping wrong,
    long macsWithoutSkipping,
    String macsConvention,
    @JsonInclude(Include.NON_NULL) @Nullable Calibration calibration,
    @JsonUnwrapped @Nullable Skipping skipping,
    @JsonInclude(Include.NON_NULL) @Nullable Baseline baseline,
    @JsonInclude(Include.NON_NULL) @Nullable String speedConvention,
    @JsonInclude(Include.NON_NULL) @Nullable List<Speed> speed,
    @JsonUnwrapped @Nullable Curve curve) {

  static final String MACS_CONVENTION =
      "multiply-accumulates of convolutions and linear layers, gates included, mean over images;"
          + " macs_saved is a fraction of macs_without_skipping, a baseline's of its own macs";

  static final String SPEED_CONVENTION =
      "from normalised pixels to logits; at least 128 images spread over those reported;"
          + " images_per_second and time_saved over all passes, latency_ms the median batch;"
          + " time_saved_noise half of the 95 % interval of time_saved";

  /** The evaluated network, the images, and the way of computing. */
  record Subject(
      Path checkpoint,
      String dataset,
      String split,
      int images,
      List<Integer> stages,
      String engine,
      String precision,
      int threads) {}

  /** The whole network's predictions for images with a wrong label. */
  record WrongWithoutSkipping(
      int wrongLabels,
      @Nullable Double wrongFittedWithoutSkipping,
      @Nullable Double wrongCorrectedWithoutSkipping) {

    static @Nullable WrongWithoutSkipping of(@Nullable WrongLabels wrong) {
      return wrong == null
          ? null
          : new WrongWithoutSkipping(wrong.count(), wrong.fitted(), wrong.corrected());
    }
  }

  /** The skipping network's predictions for images with a wrong label. */
  record Wrong(@Nullable Double wrongFitted, @Nullable Double wrongCorrected) {

    static @Nullable Wrong of(@Nullable WrongLabels wrong) {
      return wrong == null ? null : new Wrong(wrong.fitted(), wrong.corrected());
    }
  }

  /**
   * How thresholds were chosen. Exactly one goal is not null.
   *
   * @param on the name of the images
   * @param images the number of images
   * @param accuracyWithoutSkipping the whole network's accuracy on these images
   * @param accuracy the skipping network's accuracy on these images
   */
  @JsonInclude(Include.NON_NULL)
  record Calibration(
      String on,
      int images,
      @Nullable Double maxAccuracyDrop,
      @Nullable Double minSaving,
      @Nullable List<Double> targetSkip,
      double accuracyWithoutSkipping,
      double accuracy,
      List<Double> skipRates,
      double macsSaved) {

    static Calibration of(SkipStudy.Calibration found, SkipCost cost) {
      List<Double> rates = found.outcome().skipRates();
      return new Calibration(
          found.on(),
          found.images(),
          found.goal() instanceof SkipGoal.AccuracyDrop drop ? drop.most() : null,
          found.goal() instanceof SkipGoal.Saving saving ? saving.least() : null,
          found.goal() instanceof SkipGoal.Rates target ? target.shares() : null,
          found.reference(),
          found.outcome().accuracy(),
          rates,
          cost.saved(rates));
    }
  }

  /**
   * The results of skipping.
   *
   * @param thresholdsChosenOn the images that the thresholds were chosen on; null if they were
   *     given
   * @param skipRates the skip rate of each gate
   */
  record Skipping(
      List<Double> thresholds,
      @Nullable String thresholdsChosenOn,
      String blend,
      double accuracy,
      List<Double> skipRates,
      double macs,
      double macsSaved,
      @JsonUnwrapped @Nullable Wrong wrong) {

    static Skipping of(
        SkipSetting setting,
        SkippingEvaluator.Result result,
        SkipCost cost,
        @Nullable WrongLabels wrong) {
      return new Skipping(
          setting.thresholds(),
          setting.chosenOn(),
          setting.blend().text(),
          result.predictions().metrics().accuracy(),
          result.skipRates(),
          cost.macs(result.skipRates()),
          cost.saved(result.skipRates()),
          Wrong.of(wrong));
    }
  }

  /**
   * A network to compare with.
   *
   * @param macsSaved what the skipping network saves of {@code macs}; null if none skips
   */
  record Baseline(
      Path run,
      double accuracy,
      long macs,
      @JsonInclude(Include.NON_NULL) @Nullable Double macsSaved) {}

  /**
   * The speed at a batch size.
   *
   * @param latencyMs the median latency of a batch
   * @param timeSaved the saved fraction of the whole network's time
   * @param timeSavedNoise half of its 95% interval
   */
  @JsonInclude(Include.NON_NULL)
  record Speed(
      int batchSize,
      double imagesPerSecond,
      double latencyMs,
      double imagesPerSecondWithoutSkipping,
      double latencyMsWithoutSkipping,
      @Nullable Double imagesPerSecondOfBaseline,
      @Nullable Double latencyMsOfBaseline,
      double timeSaved,
      double timeSavedNoise) {}

  /** The files of the accuracy-compute curve. */
  record Curve(Path curve, Path chart, @JsonUnwrapped @Nullable Forced forced) {}

  /**
   * The speed at forced skip rates.
   *
   * @param forced a row for each rate
   * @param breakEvenSkipRate the rate from which skipping is no slower than the whole network; null
   *     if it is always slower
   */
  record Forced(
      int forcedBatchSize,
      double forcedLatencyMsWithoutSkipping,
      List<ForcedRate> forced,
      @Nullable Double breakEvenSkipRate) {}

  /** Speed at one forced skip rate. */
  record ForcedRate(
      double skipRate,
      double latencyMs,
      double timeSaved,
      double timeSavedNoise,
      double macsSaved) {}
}
