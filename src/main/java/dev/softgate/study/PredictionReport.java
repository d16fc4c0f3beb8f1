package dev.softgate.study;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.softgate.evaluation.Predictions;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.evaluation.SkippingEvaluator;
import dev.softgate.run.OpenNetwork;
import dev.softgate.training.Checkpoint;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The result of {@code predict}.
 *
 * @param predictions one prediction for each image file, in order
 * @param unreadable the files that are not images
 */
public record PredictionReport(
    List<ImagePrediction> predictions,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ReadImages.Unreadable> unreadable) {

  private static final Logger LOG = LoggerFactory.getLogger(PredictionReport.class);

  /**
   * Predicts images; a network that can skip layers does so by its thresholds.
   *
   * @param thresholds layers are skipped where g, in [0, 1], is below: one threshold, or one for
   *     each gated stage; null for the checkpoint's thresholds, if any
   * @param top the number of classes to rank, at least 1
   * @throws dev.softgate.BadInputException if the number of thresholds differs from the number of
   *     gates
   */
  public static PredictionReport of(
      OpenNetwork network, ReadImages images, @Nullable List<Double> thresholds, int top) {
    int[] all = IntStream.range(0, images.files().size()).toArray();
    List<Integer> stages = network.spec().gate().stages();
    String cannotSkip = network.spec().gate().reasonNotToSkip();
    SkipSetting setting = null;
    List<boolean[]> skipped = null;
    if (cannotSkip == null) {
      setting = setting(network.checkpoint(), thresholds);
      skipped = Collections.nCopies(stages.size(), new boolean[all.length]);
    } else {
      LOG.info("nothing can be skipped: {}", cannotSkip);
    }
    Predictions predictions;
    if (setting == null) {
      predictions = network.evaluator().evaluate(images.images(), all);
    } else {
      SkippingEvaluator.Result result =
          network.skipping(setting.blend()).evaluate(images.images(), all, setting.rule());
      predictions = result.predictions();
      skipped = result.skipped();
    }
    return new PredictionReport(
        ImagePrediction.of(images, predictions, skipped, stages, network.classNames(), top),
        images.unreadable());
  }

  /** The setting for the given thresholds, or else the checkpoint's; null for the whole network. */
  private static @Nullable SkipSetting setting(
      Checkpoint checkpoint, @Nullable List<Double> thresholds) {
    SkipSetting stored = checkpoint.skipping();
    return thresholds == null
        ? stored
        : SkipSetting.given(
            thresholds,
            stored == null ? SkipBlend.HARD : stored.blend(),
            checkpoint.spec().gate(),
            checkpoint.data().classNames().size());
  }
}
