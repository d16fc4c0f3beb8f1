package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Resize;
import dev.softgate.scoring.labels.LabelFilter;
import dev.softgate.study.FeatureScoreReport;
import dev.softgate.study.FeatureScoreReporter;
import dev.softgate.study.FeatureScoreRequest;
import dev.softgate.study.JudgedSplit;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Options of {@code score} for a data set without a run. */
@Command
final class DatasetScoreOptions {

  private static final int FOLDS = 5;

  /** Settings that only scores without a run have. */
  private static final List<String> OWN_SETTINGS =
      List.of("seed", "resize", "skip-bad", "cache-dir");

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Without RUN: the folder for the results; it is made if absent.")
  @Nullable Path out;

  @Option(
      names = "--features",
      paramLabel = "NETWORK",
      description =
          "Without RUN: a run or checkpoint whose features describe the images (the network that"
              + " comes with Softgate)")
  @Nullable Path features;

  @Option(
      names = "--split",
      paramLabel = "PART",
      description = "Without RUN: the images to judge: train, val, test or all (train)")
  @Nullable String split;

  /** Refuses options that need a set without a run. */
  void requireNone(Map<String, String> settings) {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--out", out != null);
    given.put("--features", features != null);
    given.put("--split", split != null);
    OWN_SETTINGS.forEach(key -> given.put("--" + key, settings.containsKey(key)));
    given.forEach(
        (option, isGiven) -> {
          if (isGiven) {
            throw new BadInputException(
                "%s: is of scores without a run; omit RUN, or %s".formatted(option, option));
          }
        });
  }

  /**
   * Scores the labels of a set.
   *
   * @param others options that need a run, by name, and whether they are given
   */
  FeatureScoreReport run(
      SettingOptions settings,
      LabelFilter filter,
      @Nullable Integer folds,
      Map<String, Boolean> others) {
    Set<String> given = settings.given().keySet();
    if (!given.contains("dataset") || out == null) {
      throw new BadInputException(
          out == null && !given.contains("dataset")
              ? "specify a run, or a data set to judge without a training: --dataset SET --out DIR"
              : "%s is missing: without a run, specify --dataset SET --out DIR"
                  .formatted(out == null ? "--out" : "--dataset"));
    }
    others.forEach(
        (option, isGiven) -> {
          if (isGiven) {
            throw new BadInputException("%s: requires a run; specify RUN too".formatted(option));
          }
        });
    RunConfig wholeImages = RunConfig.defaults().with(Map.of("resize", Resize.PAD.text()));
    RunConfig config = settings.applyTo(wholeImages);
    return FeatureScoreReporter.run(
        new FeatureScoreRequest(
            Objects.requireNonNull(out), features, part(), folds == null ? FOLDS : folds, filter),
        config,
        DownloadProgress.forStandardError());
  }

  private JudgedSplit part() {
    if (split == null) {
      return JudgedSplit.TRAIN;
    }
    try {
      return Choice.of(JudgedSplit.class, split);
    } catch (IllegalArgumentException e) {
      throw new BadInputException(
          "--split: must be one of %s, found '%s'"
              .formatted(String.join(", ", Choice.texts(JudgedSplit.class)), split),
          e);
    }
  }
}
