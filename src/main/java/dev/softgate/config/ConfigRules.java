package dev.softgate.config;

import dev.softgate.data.Fold;
import dev.softgate.data.Limits;
import dev.softgate.data.Normalization;
import dev.softgate.engine.Compute;
import dev.softgate.onednn.Canvas;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The ranges of all settings, in one place. What depends on the data or the network (which depths
 * exist, which calibration suits how many classes) is checked where those are built.
 */
final class ConfigRules {

  private static final int MOST_EPOCHS = 1_000_000;
  private static final int MOST_IMAGES = 65_536;
  private static final int MOST_THREADS = 4_096;
  private static final int CHANNELS = 3;
  private static final int GREATEST_BIAS = 100;
  private static final Pattern FOLDER_NAME = Pattern.compile("[A-Za-z0-9_=+-][A-Za-z0-9._=+-]*");

  private final List<String> problems = new ArrayList<>();

  /** Every problem of the values, each beginning with its key; empty if there is none. */
  static List<String> problems(
      DataConfig data,
      ModelConfig model,
      OptimizationConfig optimization,
      SkippingConfig skipping,
      ExecutionConfig run) {
    ConfigRules rules = new ConfigRules();
    rules.check(data);
    rules.check(model);
    rules.check(optimization);
    rules.check(skipping);
    rules.check(run);
    if (!model.gateMix().equals("hard")) {
      rules.checkSoft(skipping);
    }
    rules.checkMemory(model, optimization);
    return rules.problems;
  }

  private void checkSoft(SkippingConfig skipping) {
    String nothing = "left out with soft gates";
    if (skipping.targetSkip() != null) {
      problem("target-skip", nothing, skipping.targetSkip());
    }
    if (skipping.skipLoss() > 0) {
      problem("skip-loss", nothing, skipping.skipLoss());
    }
  }

  private void checkMemory(ModelConfig model, OptimizationConfig optimization) {
    int off = optimization.memoryOffEpochs();
    if (!model.gate().equals(ModelConfig.MEMORY) && off > 0) {
      problem("memory-off-epochs", "left out without gate memory", off);
    } else if (off > 0 && off >= optimization.epochs()) {
      problem("memory-off-epochs", "below epochs, " + optimization.epochs(), off);
    }
  }

  private void check(DataConfig data) {
    if (!data.dataset().matches("folder:.+")) {
      choice("dataset", data.dataset(), "cifar10", "cifar100", "synthetic", "folder:DIR");
    }
    URI url = data.dataUrl();
    if (url != null && !List.of("http", "https", "file").contains(scheme(url))) {
      problem("data-url", "an http, https or file address", url);
    }
    suspects(data);
    below("val-fraction", data.valFraction(), 0, 1);
    wholeOrNull("limit-train", data.limitTrain());
    if (!Limits.isValidation(data.limitVal())) {
      problem("limit-val", "auto, all or a number of images from 1", "'" + data.limitVal() + "'");
    }
    wholeOrNull("limit-test", data.limitTest());
    String fold = data.fold();
    if (fold != null && !isFold(fold)) {
      problem("fold", "k/K, a part of K, such as 1/5", "'" + fold + "'");
    }
    choice("fold-by", data.foldBy(), DataConfig.BY_LABEL, DataConfig.BY_CHANCE);
    choice("augment", data.augment(), "crop-flip", "flip", "none");
    if (!isNormalization(data.normalization())) {
      problem(
          "normalization",
          "published, measured or R,G,B/R,G,B (means, then deviations above 0)",
          "'" + data.normalization() + "'");
    }
  }

  private void suspects(DataConfig data) {
    Double share = data.dropSuspects();
    if (share == null) {
      if (data.scores() != null) {
        problem("drop-suspects", "given, as scores is", "none");
      }
      // consensus: what earlier versions write
      if (!List.of(DataConfig.AUM, DataConfig.CONSENSUS).contains(data.score())) {
        problem("score", "left out without drop-suspects", "'" + data.score() + "'");
      }
      return;
    }
    below("drop-suspects", share, 0, 1);
    if (data.scores() == null) {
      problem("scores", "a file that softgate score wrote, for drop-suspects", "none");
    }
  }

  private void check(ModelConfig model) {
    choice("arch", model.arch(), ModelConfig.ARCHITECTURES);
    whole("depth", model.depth(), 1, 100_000);
    choice("block", model.block(), ModelConfig.BLOCKS);
    choice("bottleneck-stride", model.bottleneckStride(), ModelConfig.STRIDES);
    choice("shortcut", model.shortcut(), ModelConfig.SHORTCUTS);
    choice("gate", model.gate(), ModelConfig.GATES);
    if (model.gateAfter() != null
        && (model.gateAfter().isEmpty()
            || model.gateAfter().stream().anyMatch(units -> units < 1))) {
      problem("gate-after", "numbers of units from 1", model.gateAfter());
    }
    choice("gate-tap", model.gateTap(), ModelConfig.TAPS);
    choice("gate-calibration", model.gateCalibration(), ModelConfig.CALIBRATIONS);
    choice("gate-penalty", model.gatePenalty(), ModelConfig.PENALTIES);
    if (!(model.memoryShare() > 0 && model.memoryShare() <= 1)) {
      problem("memory-share", "above 0 and at most 1", model.memoryShare());
    }
    if (!(model.memoryDensity() >= 0 && model.memoryDensity() <= 1)) {
      problem("memory-density", "from 0 to 1", model.memoryDensity());
    }
    choice("gate-mix", model.gateMix(), ModelConfig.MIXES);
    choice("gate-kernel", model.gateKernel(), ModelConfig.KERNELS);
    if (!(Math.abs(model.gateBias()) <= GREATEST_BIAS)) {
      problem("gate-bias", "from -" + GREATEST_BIAS + " to " + GREATEST_BIAS, model.gateBias());
    }
  }

  private void check(OptimizationConfig optimization) {
    whole("epochs", optimization.epochs(), 1, MOST_EPOCHS);
    whole("batch-size", optimization.batchSize(), 1, MOST_IMAGES);
    positive("lr", optimization.lr());
    below("momentum", optimization.momentum(), 0, 1);
    below("weight-decay", optimization.weightDecay(), 0, 1);
    milestones(optimization.schedule());
    if (!(optimization.lrDecayGamma() > 0 && optimization.lrDecayGamma() <= 1)) {
      problem("lr-decay-gamma", "above 0 and at most 1", optimization.lrDecayGamma());
    }
    whole("warm-up-epochs", optimization.warmUpEpochs(), 0, MOST_EPOCHS);
    positive("warm-up-lr", optimization.warmUpLr());
    positive("lr-gate", optimization.lrGate());
    whole("gate-iters", optimization.gateIters(), 1, MOST_EPOCHS);
    notNegative("lambda-mem", optimization.lambdaMem());
    whole("memory-off-epochs", optimization.memoryOffEpochs(), 0, MOST_EPOCHS);
    below("label-smoothing", optimization.labelSmoothing(), 0, 1);
    if (!optimization.init().matches("(baseline|features):.+")) {
      choice("init", optimization.init(), "scratch", "baseline", "baseline:PATH", "features:PATH");
    }
  }

  private void check(SkippingConfig skipping) {
    List<Double> shares = skipping.targetSkip();
    if (shares != null
        && (shares.isEmpty() || shares.stream().anyMatch(share -> !(share >= 0 && share <= 1)))) {
      problem("target-skip", "shares from 0 to 1, one for all gates or one for each", shares);
    }
    whole("anneal-epochs", skipping.annealEpochs(), 0, MOST_EPOCHS);
    notNegative("skip-loss", skipping.skipLoss());
    if (!(skipping.distillWeight() >= 0 && skipping.distillWeight() <= 1)) {
      problem("distill-weight", "from 0 to 1", skipping.distillWeight());
    }
    positive("distill-temperature", skipping.distillTemperature());
  }

  private void check(ExecutionConfig execution) {
    choice("engine", execution.engine(), Compute.ENGINES);
    choice("precision", execution.precision(), Compute.PRECISIONS);
    whole("threads", execution.threads(), 0, MOST_THREADS);
    if (!isCanvas(execution.canvas())) {
      problem(
          "canvas",
          "auto, none or WIDTH=IMAGES[,...], at most 64 images, such as 8=8",
          "'" + execution.canvas() + "'");
    }
    choice("device", execution.device(), "cpu");
    String name = execution.name();
    if (name != null && !FOLDER_NAME.matcher(name).matches()) {
      problem("name", "a folder name of letters, digits and . _ = + -", "'" + name + "'");
    }
    whole("test-every", execution.testEvery(), 0, MOST_EPOCHS);
    positive("checkpoint-minutes", execution.checkpointMinutes());
    whole("keep-every", execution.keepEvery(), 0, MOST_EPOCHS);
    choice("dynamics", execution.dynamics(), "augmented", "plain", "none");
    Duration limit = execution.timeLimit();
    if (limit != null && (limit.isNegative() || limit.isZero())) {
      problem("time-limit", "longer than nothing", DurationText.format(limit));
    }
  }

  private static boolean isCanvas(String text) {
    try {
      return text.equals(Compute.AUTO) || Canvas.parse(text) != null;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isFold(String text) {
    try {
      return Fold.parse(text).parts() > 1;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean isNormalization(String text) {
    if (text.equals("published") || text.equals("measured")) {
      return true;
    }
    try {
      return Normalization.parse(text).mean().length == CHANNELS;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private void choice(String key, String value, String... choices) {
    choice(key, value, List.of(choices));
  }

  private void choice(String key, String value, List<String> choices) {
    if (!choices.contains(value)) {
      String available = String.join(", ", choices);
      problem(key, choices.size() == 1 ? available : "one of " + available, "'" + value + "'");
    }
  }

  private void whole(String key, int value, int least, int most) {
    if (value < least || value > most) {
      problem(key, String.format(Locale.ROOT, "from %d to %d", least, most), value);
    }
  }

  private void wholeOrNull(String key, @Nullable Integer value) {
    if (value != null) {
      whole(key, value, 1, Integer.MAX_VALUE);
    }
  }

  private void positive(String key, double value) {
    if (!(value > 0 && Double.isFinite(value))) {
      problem(key, "above 0 and finite", value);
    }
  }

  private void notNegative(String key, double value) {
    if (!(value >= 0 && Double.isFinite(value))) {
      problem(key, "at least 0 and finite", value);
    }
  }

  private void below(String key, double value, int least, int bound) {
    if (!(value >= least && value < bound)) {
      problem(key, String.format(Locale.ROOT, "at least %d and below %d", least, bound), value);
    }
  }

  private void milestones(List<Integer> schedule) {
    int previous = 0;
    for (int milestone : schedule) {
      if (milestone <= previous) {
        problem("schedule", "increasing epochs above 0", schedule);
        return;
      }
      previous = milestone;
    }
  }

  private void problem(String key, String expected, Object found) {
    problems.add(key + ": must be " + expected + ", found " + found);
  }

  private static String scheme(URI url) {
    return url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
  }
}
