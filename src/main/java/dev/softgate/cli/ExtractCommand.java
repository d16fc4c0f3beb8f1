package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.engine.Compute;
import dev.softgate.run.RunFolder;
import dev.softgate.run.TrainedNetwork;
import dev.softgate.study.ExtractedNetwork;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate extract}: the network without its owned channels. */
@Command(
    name = "extract",
    description = {
      "Remove the channels that single training images own, and save the rest as a run.",
      "",
      "The network must be trained with --gate memory. The smaller network predicts the same as the"
          + " whole one with owned channels off, and is faster.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate extract runs/NAME --out runs/NAME-extracted",
      "  softgate extract runs/NAME --out runs/NAME-extracted --json"
    })
final class ExtractCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN_OR_CHECKPOINT",
      description = "A run's folder, its name in runs, or a checkpoint file.")
  Path network;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      required = true,
      description = "The new run's folder, which must not exist yet.")
  Path out;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "2",
      description = "Duration of the measurement of speed; 0 for none (${DEFAULT-VALUE})")
  double seconds;

  @Mixin SettingOptions settings = SettingOptions.ofRun();

  @Option(names = "--json", description = "Print what it saves as JSON.")
  boolean json;

  @Override
  public Integer call() {
    if (!(seconds >= 0 && seconds <= 3600)) {
      throw new BadInputException("--seconds: must be from 0 to 3600, found " + seconds);
    }
    ExtractedNetwork extracted = ExtractedNetwork.of(TrainedNetwork.open(network));
    Compute computing =
        settings
            .applyTo(extracted.source().checkpoint().config())
            .execution()
            .compute(extracted.network().spec());
    RunFolder run = extracted.write(out, CommandText.of(spec));
    ExtractedNetwork.Report report = extracted.report(run.path(), computing, seconds);
    if (json) {
      JsonOutput.print(report, spec.commandLine().getOut());
    } else {
      FigureText.print(report, spec.commandLine().getOut());
    }
    return ExitCode.OK;
  }
}
