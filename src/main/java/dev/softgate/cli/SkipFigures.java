package dev.softgate.cli;

import dev.softgate.engine.Compute;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.evaluation.SkippingEvaluator;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.scoring.SkipCost;
import dev.softgate.scoring.SkipGoal;
import dev.softgate.scoring.WrongLabels;
import dev.softgate.study.EvaluationImages;
import dev.softgate.study.SkipStudy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The results of {@code skip}, by JSON key. */
final class SkipFigures {

  static final String MACS_CONVENTION =
      "multiply-accumulates of convolutions and linear layers, gates included, mean over images;"
          + " macs_saved is a fraction of macs_without_skipping, a baseline's of its own macs";

  static final String SPEED_CONVENTION =
      "from normalised pixels to logits; at least 128 images spread over those reported;"
          + " images_per_second and time_saved over all passes, latency_ms the median batch;"
          + " time_saved_noise half of the 95 % interval of time_saved";

  private SkipFigures() {}

  /** Describes the measurement. */
  static void describe(
      Map<String, @Nullable Object> values,
      TrainedNetwork trained,
      EvaluationImages images,
      Compute used) {
    values.put("checkpoint", trained.file().toString());
    values.put("dataset", images.dataset().name());
    values.put("split", images.split().text());
    values.put("images", images.ids().length);
    values.put("stages", trained.checkpoint().spec().gate().stages());
    values.put("engine", used.engine().text());
    values.put("precision", used.precision().text());
    values.put("threads", used.threads());
  }

  /** Adds the predictions for known wrong labels, if there are any. */
  static void addWrongLabels(
      Map<String, @Nullable Object> values, @Nullable WrongLabels wrong, String suffix) {
    if (wrong != null) {
      values.put("wrong_labels", wrong.count());
      values.put("wrong_fitted" + suffix, wrong.fitted());
      values.put("wrong_corrected" + suffix, wrong.corrected());
    }
  }

  /** The choice of the thresholds. */
  static Map<String, Object> of(SkipStudy.Calibration calibration, SkipCost cost) {
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("on", calibration.on());
    values.put("images", calibration.images());
    if (calibration.goal() instanceof SkipGoal.AccuracyDrop drop) {
      values.put("max_accuracy_drop", drop.most());
    } else if (calibration.goal() instanceof SkipGoal.Saving saving) {
      values.put("min_saving", saving.least());
    } else if (calibration.goal() instanceof SkipGoal.Rates rates) {
      values.put("target_skip", rates.shares());
    }
    values.put("accuracy_without_skipping", calibration.reference());
    values.put("accuracy", calibration.outcome().accuracy());
    values.put("skip_rates", calibration.outcome().skipRates());
    values.put("macs_saved", cost.saved(calibration.outcome().skipRates()));
    return values;
  }

  /** The outcome of skipping. */
  static Map<String, @Nullable Object> of(
      SkipSetting setting, SkippingEvaluator.Result result, SkipCost cost) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("thresholds", setting.thresholds());
    values.put("thresholds_chosen_on", setting.chosenOn());
    values.put("blend", setting.blend().text());
    values.put("accuracy", result.predictions().metrics().accuracy());
    values.put("skip_rates", result.skipRates());
    values.put("macs", cost.macs(result.skipRates()));
    values.put("macs_saved", cost.saved(result.skipRates()));
    return values;
  }
}
