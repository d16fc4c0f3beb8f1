package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.report.SweepPage;
import dev.softgate.run.Shard;
import dev.softgate.sweep.Sweep;
import dev.softgate.sweep.SweepFolder;
import dev.softgate.sweep.SweepOutcome;
import dev.softgate.sweep.SweepPlan;
import dev.softgate.sweep.SweepRequest;
import dev.softgate.sweep.SweepResults;
import dev.softgate.sweep.SweepTables;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate sweep}: many trainings that differ in their settings. */
@Command(
    name = "sweep",
    description = {
      "Train a grid of settings, times seeds, and compare the results.",
      "",
      "FILE.yaml has the keys base (settings, or a recipe's name), grid (lists of values, each with"
          + " each), list (maps of settings) and seeds (how many, or which). Each run is a process"
          + " of its own. The same command continues what was stopped; several machines share the"
          + " work with --shard and one folder.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate sweep rates.yaml --jobs 2",
      "  softgate sweep rates.yaml --collect",
      "  softgate sweep rates.yaml --shard 0/4 --runs-dir /shared/runs"
    })
final class SweepCommand implements Callable<Integer> {

  private static final int MOST_JOBS = 1024;

  /** Options that --collect refuses or has no use for, and whether they have a value. */
  private static final Map<String, Boolean> TRAINING_OPTIONS =
      Map.of("--shard", true, "--shards", true, "--jobs", true, "--retry-failed", false);

  private static final String RUNS_DIR = "runs-dir";

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "FILE.yaml",
      arity = "0..1",
      description = "The file that describes the sweep.")
  @Nullable Path file;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "A sweep that comes with Softgate, in place of a file: published, the settings of the 55"
              + " published runs.")
  @Nullable String preset;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "1",
      description = "Train N runs at once, with the cores divided (${DEFAULT-VALUE})")
  int jobs;

  @Mixin ShardOptions shards = new ShardOptions();

  @Option(
      names = "--retry-failed",
      description = "Also train the runs that failed before, from their last checkpoints.")
  boolean retryFailed;

  @Option(
      names = "--scale",
      paramLabel = "F",
      defaultValue = "1",
      description =
          "Train this fraction of the epochs, on this fraction of the images (${DEFAULT-VALUE})")
  double scale;

  @Option(
      names = "--collect",
      description =
          "Train nothing: write sweep.csv, runs.csv, sweep.md and sweep.html from the finished"
              + " runs, and print the table.")
  boolean collect;

  @Option(
      names = "--dry-run",
      description = "Train nothing: check all settings, and list the runs and how they stand.")
  boolean dryRun;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Name of the sweep's folder; that of the file where absent.")
  @Nullable String name;

  @Option(names = "--json", description = "Print the report as JSON on standard output.")
  boolean json;

  @Mixin
  SettingOptions settings =
      SettingOptions.of(RUNS_DIR).and("the file's", "data-dir", "data-url", "threads");

  @Override
  public Integer call() throws InterruptedException {
    if (jobs < 1 || jobs > MOST_JOBS) {
      throw new BadInputException(
          "--jobs: must be from 1 to %d, found %d".formatted(MOST_JOBS, jobs));
    }
    if (collect && (dryRun || retryFailed)) {
      throw new BadInputException("--collect trains nothing; leave out --dry-run, --retry-failed");
    }
    if (collect && (shards.shard != null || shards.shards != null)) {
      throw new BadInputException("--collect reads all shards; leave out --shard and --shards");
    }
    Map<String, String> overrides = new LinkedHashMap<>(settings.given());
    String given = overrides.remove(RUNS_DIR);
    SweepPlan plan = SweepPlan.of(new SweepRequest(file, preset, name, scale, overrides));
    SweepFolder folder = SweepFolder.of(Path.of(given == null ? "runs" : given), plan);
    if (collect) {
      collect(plan, folder);
      return ExitCode.OK;
    }
    Shard shard = shards.ofEnvironment();
    Sweep.Options options =
        new Sweep.Options(jobs, shard == null ? Shard.WHOLE : shard, retryFailed);
    if (dryRun) {
      SweepText.list(plan, folder, options.shard(), spec.commandLine().getOut());
      return ExitCode.OK;
    }
    Logger log = LoggerFactory.getLogger(SweepCommand.class);
    plan.notes().forEach(log::info);
    return train(plan, folder, options);
  }

  private int train(SweepPlan plan, SweepFolder folder, Sweep.Options options)
      throws InterruptedException {
    try (SweepProgress progress = SweepProgress.forStandardError(folder);
        Interruption interruption = Interruption.watch(progress::clear)) {
      SweepOutcome outcome =
          Sweep.train(
              plan, folder, options, Sweep.processes(Main.class.getName()), progress, interruption);
      progress.clear();
      if (json) {
        JsonOutput.print(outcome, spec.commandLine().getOut());
      } else {
        MetricLines.print(outcome, spec.commandLine().getOut());
      }
      if (interruption.getAsBoolean()) {
        LoggerFactory.getLogger(SweepCommand.class)
            .info("interrupted; continue with: {}", CommandText.of(spec));
        return interruption.exitCode();
      }
      if (outcome.failed() > 0) {
        OneLineErrors.print(
            spec.commandLine(),
            "%d of %d runs failed; see %s, and try again with --retry-failed"
                .formatted(outcome.failed(), outcome.runs(), folder.path().resolve("failures")));
        return ExitCode.SOFTWARE;
      }
      sayWhatComesNext(plan, outcome);
      return outcome.interrupted() > 0 ? OneLineErrors.INTERRUPTED : ExitCode.OK;
    }
  }

  private void sayWhatComesNext(SweepPlan plan, SweepOutcome outcome) {
    Logger log = LoggerFactory.getLogger(SweepCommand.class);
    String collecting = CommandText.without(spec, TRAINING_OPTIONS) + " --collect";
    if (outcome.runs() == 0) {
      log.warn(
          "shard {} has no runs, for the sweep has {}; fewer shards suffice",
          outcome.shard(),
          plan.runs().size());
    }
    if (outcome.runs() < plan.runs().size()) {
      log.info("shard {} is done; when all are, compare the runs: {}", outcome.shard(), collecting);
    } else if (outcome.finished() == outcome.runs()) {
      log.info("done; compare the runs: {}", collecting);
    }
  }

  private void collect(SweepPlan plan, SweepFolder folder) {
    if (!Files.isDirectory(folder.path())) {
      throw new BadInputException(
          "%s: no such folder; no sweep was started there, or {runs-dir} is another",
          folder.path());
    }
    SweepResults results = SweepResults.of(plan, folder);
    SweepTables.write(folder, results);
    SweepPage.write(folder.page(), results);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(results, out);
    } else {
      SweepText.print(results, out);
    }
    LoggerFactory.getLogger(SweepCommand.class)
        .info("wrote {}, and the same as .csv and .md, and runs.csv", folder.page());
  }
}
