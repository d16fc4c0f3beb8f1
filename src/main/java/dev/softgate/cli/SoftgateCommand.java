package dev.softgate.cli;

import dev.softgate.SoftgateVersion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** {@code softgate} without a command, which does nothing. */
@Command(
    name = "softgate",
    description = {
      "Trains residual networks whose deeper layers are gated by how hard each image is.",
      ""
    },
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = SoftgateCommand.Version.class,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate train --preset quickstart",
      "",
      "'softgate COMMAND --help' explains a command."
    })
final class SoftgateCommand implements Runnable {

  @Spec CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version and exit.")
  boolean version;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of an error.")
  boolean debug;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "no command given");
  }

  /** Reads the version that the build wrote. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"softgate " + SoftgateVersion.current()};
    }
  }
}
