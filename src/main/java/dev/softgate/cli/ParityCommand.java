package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.engine.Compute;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.Safetensors;
import dev.softgate.parity.Golden;
import dev.softgate.parity.ParityReport;
import dev.softgate.parity.ParityReport.Quantity;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate parity}: compares a model with a golden file. */
@Command(
    name = "parity",
    description = {
      "Compare a model's outputs, losses and trained state with a golden file.",
      "",
      "Exits with 1 if an error exceeds its bound. Golden files of ImageNet's networks (resnet18 to"
          + " wide_resnet101_2) hold no weights: these follow from the names by a formula.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = "  softgate parity gate_classifier_exit_basic20_c10.safetensors --json")
final class ParityCommand implements Callable<Integer> {

  /** The result as JSON. */
  private record Report(
      String name,
      boolean passed,
      String engine,
      String precision,
      String device,
      List<Quantity> quantities) {}

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "The golden file, with the JSON file of its losses beside it.")
  Path file;

  @Mixin SettingOptions settings = SettingOptions.of("engine", "device");

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write the computed tensors to this file: eval.*, loss.<step>.<name>, after.*.")
  @Nullable Path out;

  @Option(names = "--json", description = "Print the report as JSON.")
  boolean json;

  @Override
  public Integer call() {
    Golden golden = Golden.read(file);
    Compute compute =
        RunConfig.defaults()
            .with(Map.of("precision", "fp32", "canvas", "none"))
            .with(settings.given())
            .execution()
            .compute(golden.spec());
    if (out != null && out.toAbsolutePath().normalize().equals(file.toAbsolutePath().normalize())) {
      throw new BadInputException("--out " + out + " would replace the golden file; name another");
    }
    if (out != null) {
      AtomicFiles.requireWritable(out);
    }
    ParityReport report = golden.check(compute);
    if (out != null) {
      Safetensors.write(out, report.computed(), Map.of("name", report.name()));
    }
    PrintWriter standardOutput = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(
          new Report(
              report.name(),
              report.passed(),
              compute.engine().text(),
              compute.precision().text(),
              compute.device().toString(),
              report.quantities()),
          standardOutput);
    } else {
      print(report, standardOutput);
    }
    return report.passed() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private static void print(ParityReport report, PrintWriter out) {
    out.println(report.name());
    for (Quantity quantity : report.quantities()) {
      out.printf(
          "  %-24s %9.2e  of %7.1e  %-8s %s%n",
          quantity.name(),
          quantity.error(),
          quantity.bound(),
          quantity.within() ? "ok" : "EXCEEDED",
          quantity.where());
    }
    out.println(report.passed() ? "parity holds" : "parity does not hold");
    out.flush();
  }
}
