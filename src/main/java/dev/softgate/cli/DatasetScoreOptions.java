package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Resize;
import dev.softgate.run.Shard;
import dev.softgate.scoring.labels.LabelFilter;
import dev.softgate.study.FeatureScoreReport;
import dev.softgate.study.FeatureScoreReporter;
import dev.softgate.study.FeatureScoreRequest;
import dev.softgate.study.JudgedSplit;
import dev.softgate.study.ShardReport;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
          "Without RUN: a run or checkpoint whose features describe the images; built-in, the"
              + " network that comes with Softgate; or a file with features (safetensors, npy), as"
              + " softgate features or another program writes it (built-in)")
  @Nullable Path features;

  @Option(
      names = "--split",
      paramLabel = "PART",
      description = "Without RUN: the images to judge: train, val, test or all (train)")
  @Nullable String split;

  @Mixin ShardOptions shards = new ShardOptions();

  @Option(
      names = "--collect",
      description =
          "Without RUN: join the features that all shards wrote into --out, and score. The results"
              + " are those of the command without --shard.")
  boolean collect;

  /** Refuses options that need a set without a run. */
  void requireNone(Map<String, String> settings) {
    Map<String, Boolean> given = new LinkedHashMap<>();
    given.put("--out", out != null);
    given.put("--features", features != null);
    given.put("--split", split != null);
    given.put("--shard", shards.shard != null);
    given.put("--shards", shards.shards != null);
    given.put("--collect", collect);
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
    requireSet(settings, others);
    return FeatureScoreReporter.run(
        request(settings, folds, filter, collect),
        config(settings),
        DownloadProgress.forStandardError());
  }

  /** Computes the features of the shard that the options ask for; null if they ask for none. */
  @Nullable ShardReport runShard(SettingOptions settings, Map<String, Boolean> others) {
    Shard shard = shards.ofOptions();
    if (shard == null) {
      return null;
    }
    if (collect) {
      throw new BadInputException("--collect: joins all shards; omit --shard");
    }
    requireSet(settings, others);
    return FeatureScoreReporter.runShard(
        request(settings, null, LabelFilter.EVEN_NOISE, true),
        shard,
        config(settings),
        DownloadProgress.forStandardError());
  }

  private FeatureScoreRequest request(
      SettingOptions settings, @Nullable Integer folds, LabelFilter filter, boolean joined) {
    return new FeatureScoreRequest(
        Objects.requireNonNull(out),
        features,
        part(),
        folds == null ? FOLDS : folds,
        filter,
        joined,
        settings.given().keySet());
  }

  private static RunConfig config(SettingOptions settings) {
    RunConfig wholeImages = RunConfig.defaults().with(Map.of("resize", Resize.VIEWS.text()));
    return settings.withNotes(wholeImages);
  }

  private void requireSet(SettingOptions settings, Map<String, Boolean> others) {
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
  }

  private JudgedSplit part() {
    return split == null ? JudgedSplit.TRAIN : part(split);
  }

  /** The part of a set that {@code --split} names. */
  static JudgedSplit part(String split) {
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
