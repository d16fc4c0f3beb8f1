package dev.softgate.study;

import dev.softgate.BadInputException;
import dev.softgate.Progress;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.evaluation.SkippingEvaluator;
import dev.softgate.run.OpenNetwork;
import dev.softgate.run.Shard;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Predicts image files, block by block: {@value #BLOCK} consecutive files of a list are read and
 * predicted together. So a prediction does not depend, not even by rounding, on what other blocks a
 * process predicts.
 */
final class Predictor {

  /** Files in a block. */
  static final int BLOCK = Evaluator.BATCH;

  private static final Logger LOG = LoggerFactory.getLogger(Predictor.class);

  private final OpenNetwork network;
  private final @Nullable SkipSetting setting;
  private final boolean canSkip;
  private final int top;

  /**
   * A predictor with a network, which must stay open; it skips layers by its thresholds.
   *
   * @param thresholds layers are skipped where g, in [0, 1], is below: one threshold, or one for
   *     each gated stage; null for the checkpoint's thresholds, if any
   * @param top the number of classes to rank, at least 1
   * @throws BadInputException if the number of thresholds differs from the number of gates
   */
  Predictor(OpenNetwork network, @Nullable List<Double> thresholds, int top) {
    String cannotSkip = network.spec().gate().reasonNotToSkip();
    if (cannotSkip != null) {
      LOG.info("nothing can be skipped: {}", cannotSkip);
    }
    this.network = network;
    this.canSkip = cannotSkip == null;
    this.setting = canSkip ? setting(network.checkpoint(), thresholds) : null;
    this.top = top;
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

  /** The number of blocks of a list of files. */
  static int blocks(int files) {
    return (files + BLOCK - 1) / BLOCK;
  }

  /**
   * Predicts a shard's blocks, and hands them over in order.
   *
   * @param files all files, those of other shards included, which are not opened
   */
  void forEach(List<Path> files, Shard shard, Consumer<PredictionReport> use, Progress progress) {
    int blocks = blocks(files.size());
    int own = shard.count(blocks);
    int done = 0;
    for (int block = shard.index(); block < blocks; block += shard.count()) {
      int from = block * BLOCK;
      use.accept(predict(files.subList(from, Math.min(files.size(), from + BLOCK))));
      progress.progressed("predicting", ++done, own);
    }
  }

  private PredictionReport predict(List<Path> block) {
    Checkpoint checkpoint = network.checkpoint();
    ReadImages images =
        ReadImages.of(
            block,
            checkpoint.data().height(),
            checkpoint.data().width(),
            checkpoint.config().data().resize(),
            network.compute().threads());
    int[] all = IntStream.range(0, images.files().size()).toArray();
    if (all.length == 0) {
      return new PredictionReport(List.of(), images.unreadable());
    }
    List<Integer> stages = network.spec().gate().stages();
    List<boolean[]> skipped =
        canSkip ? Collections.nCopies(stages.size(), new boolean[all.length]) : null;
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
}
