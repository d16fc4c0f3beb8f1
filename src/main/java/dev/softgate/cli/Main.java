package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.interop.FileNames;
import dev.softgate.interop.MachineTrouble;
import dev.softgate.run.Experiment;
import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;

/** The program's entry point. */
public final class Main {

  /** The exit code if the reader of the output has closed it: 128 plus SIGPIPE. */
  private static final int BROKEN_PIPE = 141;

  private static final Set<String> HELP = Set.of("-h", "--help", "-V", "--version");

  /** Runs a command line and exits with its code. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT); // numbers have the same format in every language
    int code;
    try {
      if (!isHelp(arguments)) {
        MachineTrouble.load();
        FileNames.requireArguments();
      }
      code = execute(commandLine(Main::train, Commands.neededBy(arguments)), arguments);
    } catch (BadInputException e) {
      System.err.println("softgate: " + e.getMessage());
      code = ExitCode.USAGE;
    } catch (Throwable e) { // even the classes that report an error could not be loaded
      System.err.println("softgate: " + lastWords(e));
      code = ExitCode.SOFTWARE;
    }
    System.exit(code == ExitCode.OK ? outputCode() : code);
  }

  private static boolean isHelp(String[] arguments) {
    return Arrays.stream(arguments).anyMatch(HELP::contains);
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
    return commandLine(training, name -> true);
  }

  /**
   * The program with its commands.
   *
   * @param needed the names of the commands that may run; the others have only name and summary
   */
  private static CommandLine commandLine(TrainingProgram training, Predicate<String> needed) {
    CommandLine commandLine = new CommandLine(new SoftgateCommand());
    Commands.addTo(commandLine, training, needed);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    return OneLineErrors.install(LastOptionWins.install(commandLine));
  }

  /** Runs a command line, handles errors of the virtual machine too, and returns the exit code. */
  static int execute(CommandLine commandLine, String... arguments) {
    try {
      return commandLine.execute(Commands.helpAsOption(commandLine, arguments));
    } catch (Error e) {
      return OneLineErrors.report(e, commandLine);
    }
  }

  private static TrainOutcome train(TrainRequest request) {
    return Experiment.run(request, DownloadProgress.forStandardError());
  }

  private Main() {}
}
