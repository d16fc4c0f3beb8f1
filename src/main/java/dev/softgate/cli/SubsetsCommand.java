package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.run.Shard;
import dev.softgate.subsets.Ensemble;
import dev.softgate.subsets.SubsetsReport;
import dev.softgate.subsets.SubsetsReporter;
import dev.softgate.subsets.SubsetsRequest;
import dev.softgate.sweep.Sweep;
import dev.softgate.sweep.SweepOutcome;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code softgate subsets}: an ensemble on random subsets, and what it tells about each image. */
@Command(
    name = "subsets",
    description = {
      "Train many networks on random subsets, and measure what they memorize.",
      "",
      "Each image is in the subsets of as many networks as any other, give or take one. The"
          + " memorization of an image is how much more often networks predict its given label"
          + " after training on it than without it. Each network is a process of its own; its"
          + " predictions of all images are kept. The same command continues what was stopped, and"
          + " a greater --models adds networks; several machines share the work with --shard and"
          + " one folder.",
      ""
    },
    sortOptions = false,
    abbreviateSynopsis = true,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate subsets --models 40 --dataset cifar10 --out memory",
      "  softgate subsets --models 100 --shard 0/4 --out /shared/memory",
      "  softgate subsets --out memory --collect"
    })
final class SubsetsCommand implements Callable<Integer> {

  private static final String DEFAULT_PRESET = "fast-small";
  private static final int MOST_JOBS = 1024;
  private static final int MOST_MODELS = 10_000;

  /** Options that --collect refuses or has no use for, and whether they have a value. */
  private static final Map<String, Boolean> TRAINING_OPTIONS =
      Map.of("--shard", true, "--shards", true, "--jobs", true, "--retry-failed", false);

  @Spec CommandSpec spec;

  @Option(
      names = "--models",
      paramLabel = "N",
      description = "How many networks; with --collect, the first N that are there")
  @Nullable Integer models;

  @Option(
      names = "--fraction",
      paramLabel = "F",
      defaultValue = "0.7",
      description = "The share of the images that each network is trained on (${DEFAULT-VALUE})")
  double fraction;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      required = true,
      description = "The ensemble's folder, for networks, predictions and tables")
  Path out;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "Train N networks at once (as many as there are cores, divided by --threads, which is 1"
              + " here)")
  @Nullable Integer jobs;

  @Mixin ShardOptions shards = new ShardOptions();

  @Option(
      names = "--collect",
      description = "Train nothing: write the tables from the networks that are there.")
  boolean collect;

  @Option(
      names = "--proxies",
      paramLabel = "SCORES.csv",
      description =
          "Also write proxies.csv: the rank correlation of each score of this table, which softgate"
              + " score wrote for a run on the same images, with memorization.")
  @Nullable Path proxies;

  @Option(
      names = "--target",
      paramLabel = "RUN",
      description =
          "Also infer which images this run of the same recipe was trained on, and print how many"
              + " are recognized; needs the images.")
  @Nullable Path target;

  @Option(
      names = "--retry-failed",
      description = "Also train the networks that failed before, from their last checkpoints.")
  boolean retryFailed;

  @Option(names = "--keep-weights", description = "Keep each network's checkpoints.")
  boolean keepWeights;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "Start from this recipe; an unknown name lists them; fast-small without --config")
  @Nullable String preset;

  @Option(names = "--config", paramLabel = "FILE", description = "Start from this configuration.")
  @Nullable Path config;

  @Option(names = "--json", description = "Print the report as JSON on standard output.")
  boolean json;

  @Mixin SettingOptions settings = SettingOptions.allBut("runs-dir", "name", "time-limit");

  @Override
  public Integer call() throws InterruptedException {
    if (collect) {
      if (retryFailed || shards.shard != null || shards.shards != null) {
        throw new BadInputException(
            "--collect reads all networks; leave out --shard, --shards and --retry-failed");
      }
      print();
      return ExitCode.OK;
    }
    Shard shard = shards.ofEnvironment();
    SubsetsRequest request = request(shard == null ? Shard.WHOLE : shard);
    DownloadProgress downloads = DownloadProgress.forStandardError();
    Ensemble ensemble;
    try {
      ensemble = Ensemble.open(request, downloads);
    } finally {
      downloads.finished();
    }
    return train(ensemble, shard == null);
  }

  private SubsetsRequest request(Shard shard) {
    if (models == null) {
      throw new BadInputException("--models: specify how many networks to train");
    }
    requireRange("--models", models, MOST_MODELS);
    if (!(fraction > 0 && fraction < 1)) {
      throw new BadInputException(
          "--fraction: must be above 0 and below 1, found %s".formatted(fraction));
    }
    ConfigResolution given = ConfigResolution.of(spec.commandLine().getParseResult());
    RunConfig resolved =
        given.resolve(config, preset == null && config == null ? DEFAULT_PRESET : preset);
    if (!given.overrides().containsKey("val-fraction")) {
      resolved = resolved.with(Map.of("val-fraction", "0")); // every image may be drawn
    }
    int threads = Math.max(1, resolved.execution().threads());
    int atOnce =
        jobs != null ? jobs : Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
    requireRange("--jobs", atOnce, MOST_JOBS);
    return new SubsetsRequest(
        resolved, out, models, fraction, atOnce, shard, retryFailed, keepWeights);
  }

  private static void requireRange(String option, int number, int most) {
    if (number < 1 || number > most) {
      throw new BadInputException("%s: must be from 1 to %d, found %d", option, most, number);
    }
  }

  private int train(Ensemble ensemble, boolean whole) throws InterruptedException {
    Logger log = LoggerFactory.getLogger(SubsetsCommand.class);
    try (SweepProgress progress = SweepProgress.forStandardError(ensemble.folder().models());
        Interruption interruption = Interruption.watch(progress::clear)) {
      SweepOutcome outcome =
          ensemble.train(Sweep.processes(Main.class.getName()), progress, interruption);
      progress.clear();
      if (interruption.getAsBoolean()) {
        log.info("interrupted; continue with: {}", CommandText.of(spec));
        return interruption.exitCode();
      }
      if (outcome.failed() > 0) {
        OneLineErrors.print(
            spec.commandLine(),
            "%d of %d trainings failed; see %s, and try again with --retry-failed"
                .formatted(outcome.failed(), outcome.runs(), outcome.folder().resolve("failures")));
        return ExitCode.SOFTWARE;
      }
      if (outcome.interrupted() > 0) {
        return OneLineErrors.INTERRUPTED;
      }
      if (!whole) {
        log.info(
            "shard {} is done; when all are, write the tables: {}",
            outcome.shard(),
            CommandText.without(spec, TRAINING_OPTIONS) + " --collect");
        return ExitCode.OK;
      }
    }
    print();
    return ExitCode.OK;
  }

  private void print() {
    DownloadProgress downloads = DownloadProgress.forStandardError();
    SubsetsReport report;
    try {
      report =
          SubsetsReporter.collect(
              new SubsetsReporter.Request(out, models, proxies, target), downloads);
    } finally {
      downloads.finished();
    }
    if (json) {
      JsonOutput.print(report, spec.commandLine().getOut());
    } else {
      FigureText.print(report, spec.commandLine().getOut());
    }
  }
}
