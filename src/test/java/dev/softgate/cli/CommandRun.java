package dev.softgate.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/**
 * What a command line printed and how it ended, run within the test.
 *
 * @param out standard output
 * @param err standard error, without the log
 */
public record CommandRun(int exitCode, String out, String err) {

  /** Bad input: one line that says all of this, exit code 2, and nothing printed. */
  static void assertRefused(CommandRun run, String... says) {
    assertThat(run.err()).startsWith("softgate: ").contains(says).hasLineCount(1);
    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.out()).isEmpty();
  }

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
