package dev.softgate.cli;

import dev.softgate.interop.MachineTrouble;
import dev.softgate.run.Experiment;
import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** The program's entry point. */
public final class Main {

  /** The exit code if the reader of the output has closed it: 128 plus SIGPIPE. */
  private static final int BROKEN_PIPE = 141;

  /** Runs a command line and exits with its code. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // numbers have the same format in every language
    MachineTrouble.load();
    int code;
    try {
      code = execute(commandLine(Main::train), arguments);
    } catch (Throwable e) { // even the classes that report an error could not be loaded
      System.err.println("softgate: " + lastWords(e));
      code = ExitCode.SOFTWARE;
    }
    System.exit(code == ExitCode.OK ? outputCode() : code);
  }

  private static String lastWords(Throwable failure) {
    String trouble = MachineTrouble.describe(failure);
    return trouble != null ? trouble : "failed: " + failure;
  }

  /**
   * Whether all output was written, unless a reader such as {@code head} had enough. The descriptor
   * is not closed: if the program was started without standard output, it belongs to a file that
   * the virtual machine reads, which would then crash.
   */
  private static int outputCode() {
    if (!System.out.checkError()) {
      return ExitCode.OK;
    }
    FileOutputStream out = new FileOutputStream(FileDescriptor.out);
    try {
      out.write('\n'); // to learn what went wrong
      return ExitCode.OK;
    } catch (IOException e) {
      String reason = MachineTrouble.reason(e);
      if (reason.equals(MachineTrouble.NOBODY_READS)) {
        return BROKEN_PIPE;
      }
      System.err.println("softgate: cannot write to standard output: " + reason);
      return ExitCode.SOFTWARE;
    }
  }

  /** All commands, with the given training program. */
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
            .addSubcommand(new ReviewCommand())
            .addSubcommand(new LabelsCommand())
            .addSubcommand(new ApplyCommand())
            .addSubcommand(new ParityCommand())
            .addSubcommand(new BenchCommand())
            .setCaseInsensitiveEnumValuesAllowed(true);
    CommandGroups.install(commandLine);
    return OneLineErrors.install(LastOptionWins.install(commandLine));
  }

  /** Runs a command line, handles errors of the virtual machine too, and returns the exit code. */
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
