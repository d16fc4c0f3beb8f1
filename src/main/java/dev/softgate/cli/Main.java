package dev.softgate.cli;

import dev.softgate.experiment.Experiment;
import dev.softgate.experiment.TrainOutcome;
import dev.softgate.experiment.TrainRequest;
import picocli.CommandLine;

/** Where the program starts. */
public final class Main {

  /** Runs a command line and exits with its code. */
  public static void main(String[] arguments) {
    System.exit(execute(commandLine(Main::train), arguments));
  }

  /** All commands, run by the given programs. */
  static CommandLine commandLine(TrainingProgram training) {
    CommandLine commandLine =
        new CommandLine(new SoftgateCommand())
            .addSubcommand(TrainCommand.create(training))
            .addSubcommand(new EvalCommand())
            .addSubcommand(new PredictCommand())
            .addSubcommand(new SkipCommand())
            .addSubcommand(new ReportCommand())
            .addSubcommand(new DataCommand())
            .addSubcommand(new NoiseCommand())
            .addSubcommand(new ModelsCommand())
            .addSubcommand(new ImportCommand())
            .addSubcommand(new ExtractCommand())
            .addSubcommand(new ScoreCommand())
            .addSubcommand(new ParityCommand())
            .addSubcommand(new BenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true);
    CommandGroups.install(commandLine);
    return OneLineErrors.install(commandLine);
  }

  /** Runs a command line, errors of the virtual machine included, and returns the exit code. */
  static int execute(CommandLine commandLine, String... arguments) {
    try {
      return commandLine.execute(arguments);
    } catch (Error e) {
      return OneLineErrors.report(e, commandLine);
    }
  }

  private static TrainOutcome train(TrainRequest request) {
    return Experiment.run(request, DownloadProgress.forStandardError());
  }

  private Main() {}
}
