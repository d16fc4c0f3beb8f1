package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.run.ModelListing;
import dev.softgate.run.ModelsReport;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code softgate models}: the supported networks and their cost. */
@Command(
    name = "models",
    description = {
      "List architectures, gates and the presets' networks with their cost.",
      "",
      "Multiply-accumulates count one image's forward pass. A gate can skip the additional layers."
          + " Published is the test accuracy after the last epoch, mean and deviation over several"
          + " runs. Options of a network show that network alone.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate models",
      "  softgate models --depth 164 --block bottleneck --classes 100 --json",
      "  softgate models --gate exclusive --gate-kernel 3x3-tube"
    })
final class ModelsCommand implements Callable<Integer> {

  private static final int LARGEST_IMAGE = 4_096;
  private static final double MILLION = 1e6;

  @Spec CommandSpec spec;

  @Mixin SettingOptions network = SettingOptions.network();

  @Option(names = "--classes", paramLabel = "K", description = "Of the data set (10)")
  @Nullable Integer classes;

  @Option(
      names = "--image-size",
      paramLabel = "N",
      defaultValue = "32",
      description = "Height and width of the images, in pixels (${DEFAULT-VALUE})")
  int imageSize;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    if (imageSize < 1 || imageSize > LARGEST_IMAGE) {
      throw new BadInputException(
          "--image-size: must be from 1 to %d, found %d".formatted(LARGEST_IMAGE, imageSize));
    }
    Map<String, String> asked = network.given();
    ModelsReport report =
        asked.isEmpty() && classes == null
            ? ModelsReport.ofRecipes(imageSize)
            : ModelsReport.of(
                List.of(
                    ModelListing.of(
                        RunConfig.defaults().with(asked).model(),
                        classes == null ? 10 : classes,
                        imageSize)),
                imageSize);
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      JsonOutput.print(report, out);
    } else {
      print(report, out);
    }
    return ExitCode.OK;
  }

  private static void print(ModelsReport report, PrintWriter out) {
    new LabeledLines()
        .add("architectures", String.join(", ", report.architectures()))
        .add("gates", String.join(", ", report.gates()))
        .add("images", "%d×%d pixels".formatted(report.imageSize(), report.imageSize()))
        .print(out);
    out.println();
    TextTable family = new TextTable("gate", "sits", "sees", "trained", "penalties");
    for (ModelsReport.GateListing gate : report.gateFamily()) {
      family.row(
          gate.gate(),
          gate.sits(),
          gate.sees(),
          gate.trained(),
          String.join(", ", gate.penalties()));
    }
    family.print(out);
    out.println();
    TextTable table =
        new TextTable(
            "preset",
            "arch",
            "depth",
            "block",
            "classes",
            "gate",
            "parameters",
            "million MACs",
            "additional",
            "published");
    for (ModelListing model : report.models()) {
      table.row(
          model.preset() == null ? "-" : model.preset(),
          model.arch(),
          Integer.toString(model.depth()),
          model.block(),
          Integer.toString(model.classes()),
          model.gateText(),
          text("%,d", model.parameters()),
          text("%.1f", model.macs() / MILLION),
          text("%.1f%%", 100 * model.additionalShare()),
          published(model));
    }
    table.print(out);
    if (!report.imagenet().isEmpty()) {
      out.println();
      printImageNet(report.imagenet(), out);
    }
  }

  private static void printImageNet(List<ModelListing> models, PrintWriter out) {
    out.println("with --stem imagenet, 224×224 pixels, 1,000 classes:");
    TextTable table =
        new TextTable("arch", "depth", "block", "units", "parameters", "million MACs");
    for (ModelListing model : models) {
      table.row(
          model.arch(),
          Integer.toString(model.depth()),
          model.block(),
          model.units().toString().replaceAll("[\\[\\] ]", ""),
          text("%,d", model.parameters()),
          text("%,.1f", model.macs() / MILLION));
    }
    table.print(out);
  }

  private static String published(ModelListing model) {
    Double accuracy = model.publishedAccuracy();
    Double deviation = model.publishedDeviation();
    return accuracy == null
        ? "-"
        : text("%.2f%%", 100 * accuracy)
            + (deviation == null ? "" : text(" ± %.2f", 100 * deviation))
            + text(" (%d, %s)", model.publishedRuns(), model.publishedSource());
  }

  private static String text(String format, @Nullable Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
