package dev.softgate.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What a command line printed and how it ended, run within the test.
 *
 * @param out standard output
 * @param err standard error, without the log
 */
record CommandRun(int exitCode, String out, String err) {

  static CommandRun of(TrainingProgram training, String... arguments) {
    return of(Main.commandLine(training), arguments);
  }

  static CommandRun of(CommandLine commandLine, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    int exitCode = Main.execute(commandLine, arguments);
    return new CommandRun(exitCode, out.toString(), err.toString());
  }
}
