package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.ConfigKey;
import dev.softgate.config.Settings;
import dev.softgate.distributed.LostProcessException;
import dev.softgate.distributed.StoppedTogetherException;
import dev.softgate.interop.MachineTrouble;
import dev.softgate.run.StoppedRunException;
import dev.softgate.training.DivergenceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Ends a failed command with one line on standard error and its exit code: 2 for bad input, 130 for
 * an interruption, 1 for a diverged training, trouble of the machine such as a full disk ({@link
 * MachineTrouble}), or a bug. The stack trace of a bug goes to a file that the line names, or, with
 * {@code --debug}, to standard error.
 */
final class OneLineErrors {

  /** The exit code after Ctrl-C: 128 plus the signal's number. */
  static final int INTERRUPTED = 130;

  /** Handles the errors of a command line and its subcommands. Call it after adding these. */
  static CommandLine install(CommandLine commandLine) {
    return commandLine
        .setParameterExceptionHandler((e, arguments) -> usage(e))
        .setExecutionExceptionHandler((e, command, result) -> report(e, command));
  }

  /** Reports what ended a command and returns the exit code. */
  static int report(Throwable reported, CommandLine command) {
    Throwable thrown = reported;
    if (reported instanceof ExceptionInInitializerError e
        && e.getCause() instanceof BadInputException refusal) {
      thrown = refusal;
    }
    PrintWriter err = command.getErr();
    boolean debug = debug(command);
    if (thrown instanceof BadInputException || thrown instanceof DivergenceException) {
      print(command, String.valueOf(message(thrown)));
      if (debug) {
        thrown.printStackTrace(err);
      }
      return thrown instanceof BadInputException ? ExitCode.USAGE : ExitCode.SOFTWARE;
    }
    if (thrown instanceof InterruptedException || thrown instanceof StoppedTogetherException) {
      print(err, "interrupted");
      return INTERRUPTED;
    }
    String trouble = lostProcess(thrown);
    trouble = trouble == null ? MachineTrouble.describe(thrown) : trouble;
    if (trouble != null) {
      print(err, trouble + afterwards(thrown));
      if (debug) {
        thrown.printStackTrace(err);
      }
      return ExitCode.SOFTWARE;
    }
    if (debug) {
      print(err, "failed: " + thrown);
      thrown.printStackTrace(err);
    } else {
      print(err, "failed: " + thrown + " (" + saveTrace(thrown) + ")");
    }
    return ExitCode.SOFTWARE;
  }

  private static @Nullable String message(Throwable thrown) {
    return thrown instanceof BadInputException refusal ? refusal.marked() : thrown.getMessage();
  }

  /** Which other process was lost, if that is the reason; null if not. */
  private static @Nullable String lostProcess(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof LostProcessException lost) {
        return lost.getMessage();
      }
    }
    return null;
  }

  /** What was saved of a training that the machine ended, and how to resume. */
  private static String afterwards(Throwable thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof StoppedRunException stopped) {
        return "; " + stopped.getMessage();
      }
    }
    return "";
  }

  private static int usage(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String message = String.valueOf(e.getMessage());
    if (e instanceof UnmatchedArgumentException unmatched) {
      message = describe(unmatched);
    } else if (e instanceof MissingParameterException missing) {
      message += choices(missing);
    }
    String help = command.getCommandSpec().qualifiedName() + " --help";
    print(command.getErr(), message + " (see '" + help + "')");
    return ExitCode.USAGE;
  }

  /** The values of an option that got none, if these are few. */
  private static String choices(MissingParameterException e) {
    for (ArgSpec argument : e.getMissing()) {
      ConfigKey key =
          argument instanceof OptionSpec option
              ? Settings.named(option.longestName().substring(2))
              : null;
      if (key != null && !key.choices().isEmpty()) {
        return "; give " + key.expectation();
      }
    }
    return "";
  }

  private static String describe(UnmatchedArgumentException e) {
    String unmatched = e.getUnmatched().stream().collect(Collectors.joining(" "));
    List<String> suggestions = e.getSuggestions();
    boolean root = e.getCommandLine().getParent() == null;
    String what =
        e.isUnknownOption() ? "unknown option " : root ? "no command " : "unexpected argument ";
    return what
        + unmatched
        + (suggestions.isEmpty() ? "" : "; meant " + String.join(" or ", suggestions) + "?");
  }

  private static String saveTrace(Throwable thrown) {
    try {
      Path file = Files.createTempFile("softgate-", ".trace");
      try (PrintWriter out =
          new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
        thrown.printStackTrace(out);
      }
      return "stack trace in " + file;
    } catch (IOException e) {
      return "--debug prints the stack trace";
    }
  }

  /** Whether {@code --debug} is given before or after the command. */
  private static boolean debug(CommandLine command) {
    CommandLine root = command;
    while (root.getParent() != null) {
      root = root.getParent();
    }
    for (ParseResult result = root.getParseResult(); result != null; result = result.subcommand()) {
      if (result.hasMatchedOption("--debug")) {
        return true;
      }
    }
    return false;
  }

  /** Prints one line to a command's standard error, after the program's name. */
  static void print(CommandLine command, String message) {
    print(command.getErr(), OptionNames.inText(message));
  }

  private static void print(PrintWriter err, String message) {
    err.println("softgate: " + message.strip().replaceAll("\\s*\\R\\s*", "; "));
    err.flush();
  }

  private OneLineErrors() {}
}
