package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.EffectlessSettings;
import dev.softgate.config.RunConfig;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.distributed.ProcessRank;
import dev.softgate.distributed.launch.LaunchedRank;
import dev.softgate.run.SameSettings;
import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;
import dev.softgate.training.TrainingListener;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code softgate train}: turns options into a {@link TrainRequest} and its outcome into output.
 */
@Command(
    name = "train",
    description = {
      "Train a gated network, or its baseline, and keep the run in a folder.",
      "",
      "A preset or a configuration file says where to start, or else the defaults in brackets;"
          + " single options override. The published training script's options work too.",
      ""
    },
    sortOptions = false,
    abbreviateSynopsis = true,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate train --preset quickstart",
      "  softgate train --dataset cifar10 --depth 20 --epochs 5 --schedule 3,4",
      "  softgate train --drop-suspects 0.1 --scores runs/NAME/scores.csv",
      "  softgate train --resume runs/NAME",
      "  softgate train --name NAME --continue"
    })
final class TrainCommand implements Callable<Integer> {

  private final TrainingProgram training;

  @Spec CommandSpec spec;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "Start from this recipe; an unknown name lists them.")
  @Nullable String preset;

  @Option(names = "--config", paramLabel = "FILE", description = "Start from this configuration.")
  @Nullable Path config;

  @Option(
      names = "--resume",
      paramLabel = "RUN",
      description = "Continue this run from its last checkpoint.")
  @Nullable Path resume;

  @Option(
      names = "--continue",
      description = "Continue the run that has the given --name, or start it if there is none.")
  boolean continues;

  @Option(
      names = "--rank",
      paramLabel = "N",
      description = "Number of this process, from 0, of several that train together.")
  @Nullable Integer rank;

  @Option(
      names = "--world-size",
      paramLabel = "N",
      description = "How many processes train together, each with batches of its own.")
  @Nullable Integer worldSize;

  @Option(
      names = "--master",
      paramLabel = "HOST:PORT",
      description = "Where they meet: the host of rank 0 and a free port there.")
  @Nullable String master;

  @Option(
      names = "--print-config",
      description = "Print the configuration that would run and exit.")
  boolean printConfig;

  @Option(names = "--json", description = "Print the summary as JSON on standard output.")
  boolean json;

  @Mixin SettingOptions settings = SettingOptions.all();

  @Option(
      names = {"-e", "--evaluate"},
      hidden = true)
  boolean evaluate;

  @Option(names = "--test_checkpoint", hidden = true)
  @Nullable Path testCheckpoint;

  @Option(names = "--mod_name_suffix", hidden = true)
  String nameSuffix = "";

  private TrainCommand(TrainingProgram training) {
    this.training = training;
  }

  /** The command, with the published script's options. */
  static CommandLine create(TrainingProgram training) {
    CommandLine command = new CommandLine(new TrainCommand(training));
    SeedOptions.addTo(command.getCommandSpec());
    return command;
  }

  @Override
  public Integer call() throws InterruptedException {
    ConfigResolution given = ConfigResolution.of(spec.commandLine().getParseResult());
    if (evaluate || testCheckpoint != null) {
      return evaluate(given.overrides());
    }
    List<String> notes = new ArrayList<>(given.notes());
    RunConfig resolved;
    Path folder = null;
    ProcessRank place =
        ProcessRank.of(new ProcessRank.Options(rank, worldSize, master), System.getenv());
    if (resume == null || place.rank() > 0) { // rank 0 alone has the run's folder
      resolved = fresh(given);
      notes.addAll(EffectlessSettings.notes(given.overrides().keySet(), resolved));
    } else {
      ResumedRun run = resumed(resume, given);
      resolved = run.config();
      folder = run.folder();
      notes.addAll(run.warnings());
    }
    notes.stream()
        .map(OptionNames::inText)
        .forEach(LoggerFactory.getLogger(TrainCommand.class)::info);
    if (printConfig) {
      print(resolved.toYaml());
      return ExitCode.OK;
    }
    RunConfig asked = place.isAlone() ? resolved : given.resolve(config, preset);
    return train(resolved, folder, new Companions(place, asked));
  }

  private RunConfig fresh(ConfigResolution given) {
    RunConfig resolved = given.resolve(config, preset);
    return nameSuffix.isEmpty() || resolved.execution().name() != null
        ? resolved
        : resolved.with(Map.of("name", SeedRunName.of(resolved, nameSuffix)));
  }

  private ResumedRun resumed(Path run, ConfigResolution given) {
    if (continues) {
      throw new BadInputException("--continue finds the run by --name; leave out --resume");
    }
    if (config != null || preset != null || !nameSuffix.isEmpty()) {
      throw new BadInputException(
          "--resume continues a run with its own configuration;"
              + " --config, --preset and --mod_name_suffix start another");
    }
    return ResumedRun.find(run, given.overrides());
  }

  private int train(RunConfig resolved, @Nullable Path folder, Companions companions)
      throws InterruptedException {
    String wanted = folder == null ? resolved.execution().name() : null;
    try (ProgressListener progress = ProgressListener.forStandardError();
        Interruption interruption = Interruption.watch(progress::clear)) {
      LaunchedRank launched = LaunchedRank.of(System.getenv());
      if (launched != null) {
        interruption.obey(launched);
      }
      try (ProcessGroup group = companions.meet(resolved.execution().timeout())) {
        List<TrainingListener> listeners = new ArrayList<>();
        if (group.leads()) {
          listeners.add(progress);
        }
        if (launched != null) {
          listeners.add(new RunReporter(launched));
        }
        TrainRequest request =
            new TrainRequest(
                resolved,
                folder,
                listeners,
                new TrainRequest.Stopping(
                    interruption,
                    interruption.ending(
                        spec.commandLine(),
                        outcome -> say(outcome, wanted, group),
                        () -> group.leave(new InterruptedException()))),
                launched == null || launched.command() == null
                    ? CommandText.of(spec)
                    : launched.command(),
                continues,
                group);
        TrainOutcome outcome = together(request);
        progress.clear();
        say(outcome, wanted, group);
        return outcome.interrupted() ? interruption.exitCode() : ExitCode.OK;
      }
    }
  }

  /** Trains; other processes learn why it fails, if it does. */
  private TrainOutcome together(TrainRequest request) throws InterruptedException {
    try {
      return training.run(request);
    } catch (RuntimeException | InterruptedException | Error e) {
      request.group().leave(e);
      throw e;
    }
  }

  /**
   * The processes to train with.
   *
   * @param place this process's place among them
   * @param asked what all of them must have been asked for
   */
  private record Companions(ProcessRank place, RunConfig asked) {

    /** Meets them, and compares what each was asked for. */
    ProcessGroup meet(Duration timeout) {
      ProcessGroup group = ProcessGroup.join(place, timeout);
      try {
        SameSettings.require(group, asked);
      } catch (RuntimeException | Error e) {
        group.leave(e);
        group.close();
        throw e;
      }
      return group;
    }
  }

  /**
   * Reports the outcome.
   *
   * @param wanted the requested name; null for none
   * @param group the processes; rank 0 reports
   */
  private void say(TrainOutcome outcome, @Nullable String wanted, ProcessGroup group) {
    if (!group.leads()) {
      return;
    }
    if (json) {
      JsonOutput.print(outcome.summary(), spec.commandLine().getOut());
    } else if (!outcome.interrupted()) {
      MetricLines.print(outcome.summary().results(), spec.commandLine().getOut());
    }
    Logger log = LoggerFactory.getLogger(TrainCommand.class); // not earlier: help runs without it
    String takenName = takenName(wanted, outcome.run());
    if (outcome.interrupted()) {
      log.info("interrupted{}; continue with: {}", takenName, LaunchedRank.resuming(outcome.run()));
    } else {
      log.info("done{}: {}", takenName, outcome.run());
    }
  }

  /** Text for the last line if a new run could not have its requested name. */
  private static String takenName(@Nullable String wanted, Path run) {
    return wanted == null || run.endsWith(wanted)
        ? ""
        : " (there was a run named " + wanted + " already)";
  }

  /**
   * The published script evaluates with {@code -e --test_checkpoint PATH}, which is {@code eval}.
   */
  private int evaluate(Map<String, String> overrides) {
    Path checkpoint = testCheckpoint != null ? testCheckpoint : resume;
    if (!evaluate || checkpoint == null) {
      throw new BadInputException(
          "-e and --test_checkpoint PATH belong together: they evaluate a checkpoint");
    }
    CommandLine eval = spec.commandLine().getParent().getSubcommands().get("eval");
    if (eval == null) {
      throw new IllegalStateException("there is no eval command");
    }
    List<String> arguments = new ArrayList<>(List.of(checkpoint.toString()));
    for (String key :
        List.of("dataset", "data-dir", "data-url", "precision", "threads", "device")) {
      if (overrides.containsKey(key)) {
        arguments.add("--" + key + "=" + overrides.get(key));
      }
    }
    if (json) {
      arguments.add("--json");
    }
    return eval.execute(arguments.toArray(String[]::new));
  }

  private void print(String text) {
    PrintWriter out = spec.commandLine().getOut();
    out.print(text);
    out.flush();
  }
}
