package dev.softgate.cli;

import dev.softgate.interop.AtomicFiles;
import dev.softgate.report.Report;
import dev.softgate.run.RunFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate report}: one HTML page about runs. */
@Command(
    name = "report",
    description = {
      "Write one self-contained HTML page about one or more runs.",
      "",
      "It shows the contents of the run's folder: figures, learning curves, gates, accuracy against"
          + " compute (skip --curve), label scores (score) with their images, configuration and"
          + " provenance. Several runs share the charts.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate report runs/NAME",
      "  softgate report runs/GATED runs/PLAIN --out comparison.html --data-dir data"
    })
final class ReportCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "RUN",
      arity = "1..*",
      description = "A run's folder, or its name in runs.")
  List<Path> runs;

  @Option(
      names = "--out",
      paramLabel = "FILE.html",
      description = "Write the page to this file (report.html in the first run's folder)")
  @Nullable Path out;

  @Mixin SettingOptions settings = SettingOptions.of().and("the runs' own", "dataset", "data-dir");

  @Override
  public Integer call() {
    List<RunFolder> folders =
        runs.stream().map(run -> RunFolder.open(RunFolder.locate(run))).toList();
    Path file = out == null ? folders.get(0).report() : out;
    AtomicFiles.requireReplaceable(file, "HTML page", "<!doctype html");
    Report.of(folders, settings.given()).write(file);
    spec.commandLine().getOut().println(file);
    spec.commandLine().getOut().flush();
    return ExitCode.OK;
  }
}
