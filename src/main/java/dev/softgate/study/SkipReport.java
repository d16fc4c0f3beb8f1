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
 * What {@code skip} reports. Accuracies, shares and savings are fractions; multiply-accumulates are
 * of one image, means over the images where some skip. A part that was not asked for is null, and
 * has no key in JSON.
 *
 * @param accuracyWithoutSkipping of the whole network
 * @param wrong what the whole network predicts for wrong labels; null where the true ones are not
 *     known
 * @param calibration how thresholds were chosen
 * @param skipping what the network reaches that skips
 * @param baseline another network
 * @param speed a row for each batch size
 * @param curve where the whole curve was written
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

  /** Which network was evaluated on which images, and how it was computed. */
  record Subject(
      Path checkpoint,
      String dataset,
      String split,
      int images,
      List<Integer> stages,
      String engine,
      String precision,
      int threads) {}

  /** What the whole network predicts for the images with a wrong label. */
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

  /** What the skipping network predicts for the images with a wrong label. */
  record Wrong(@Nullable Double wrongFitted, @Nullable Double wrongCorrected) {

    static @Nullable Wrong of(@Nullable WrongLabels wrong) {
      return wrong == null ? null : new Wrong(wrong.fitted(), wrong.corrected());
    }
  }

  /**
   * How thresholds were chosen. Of the goals, one is not null.
   *
   * @param on which images
   * @param images how many
   * @param accuracyWithoutSkipping on these
   * @param accuracy on these
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
   * What skipping comes to.
   *
   * @param thresholdsChosenOn which images; null where the thresholds were given
   * @param skipRates of each gate
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
   * @param macsSaved what the skipping network saves of its {@code macs}; null where none skips
   */
  record Baseline(
      Path run,
      double accuracy,
      long macs,
      @JsonInclude(Include.NON_NULL) @Nullable Double macsSaved) {}

  /**
   * Speed at a batch size.
   *
   * @param latencyMs of the median batch
   * @param timeSaved the fraction of the whole network's time
   * @param timeSavedNoise half of the 95% interval of that
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

  /** Where the accuracy-compute curve was written. */
  record Curve(Path curve, Path chart, @JsonUnwrapped @Nullable Forced forced) {}

  /**
   * Speed at forced skip rates.
   *
   * @param forced a row for each rate
   * @param breakEvenSkipRate from which rate skipping is no slower than the whole network; null
   *     where it is slower at all
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
