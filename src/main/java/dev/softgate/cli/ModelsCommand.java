package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.Presets;
import dev.softgate.config.PublishedAccuracy;
import dev.softgate.config.RunConfig;
import dev.softgate.config.Settings;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.run.ModelListing;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
      "  softgate models --gate exclusive --gate-penalty cross-entropy --gate-kernel 3x3-tube"
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
    List<ModelListing> models =
        asked.isEmpty() && classes == null
            ? Presets.names().stream().map(name -> ModelListing.ofRecipe(name, imageSize)).toList()
            : List.of(
                ModelListing.of(
                    RunConfig.defaults().with(asked).model(),
                    classes == null ? 10 : classes,
                    imageSize));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("image_size", imageSize);
      values.put("architectures", Settings.of("arch").choices());
      values.put("gates", Settings.of("gate").choices());
      values.put("gate_family", Arrays.stream(GateKind.values()).map(ModelsCommand::row).toList());
      values.put("models", models.stream().map(ModelListing::values).toList());
      JsonOutput.print(values, out);
    } else {
      print(models, out);
    }
    return ExitCode.OK;
  }

  /** A summary row for each gate. */
  private static Map<String, Object> row(GateKind kind) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("gate", kind.text());
    row.put("sits", kind.family().sits());
    row.put("sees", kind.sees());
    row.put("trained", trained(kind));
    row.put("penalties", kind.penalties().stream().map(GatePenalty::text).toList());
    return row;
  }

  private static String trained(GateKind kind) {
    return kind.trainsItself() ? "by itself" : kind == GateKind.NONE ? "-" : "with the network";
  }

  private void print(List<ModelListing> models, PrintWriter out) {
    new LabeledLines()
        .add("architectures", String.join(", ", Settings.of("arch").choices()))
        .add("gates", String.join(", ", Settings.of("gate").choices()))
        .add("images", "%d×%d pixels".formatted(imageSize, imageSize))
        .print(out);
    out.println();
    TextTable family = new TextTable("gate", "sits", "sees", "trained", "penalties");
    for (GateKind kind : GateKind.values()) {
      family.row(
          kind.text(),
          kind.family().sits(),
          kind.sees(),
          trained(kind),
          kind.penalties().stream().map(GatePenalty::text).collect(Collectors.joining(", ")));
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
    for (ModelListing listing : models) {
      table.row(
          listing.recipe() == null ? "-" : listing.recipe(),
          listing.model().arch().text(),
          Integer.toString(listing.model().depth()),
          listing.model().block(),
          Integer.toString(listing.classes()),
          listing.gateText(),
          text("%,d", listing.cost().parameters()),
          text("%.1f", listing.cost().macs() / MILLION),
          text("%.1f%%", 100 * listing.additionalShare()),
          published(listing.published()));
    }
    table.print(out);
  }

  private static String published(@Nullable PublishedAccuracy published) {
    return published == null
        ? "-"
        : text("%.2f%%", 100 * published.mean())
            + (published.deviation() == null ? "" : text(" ± %.2f", 100 * published.deviation()))
            + text(" (%d, %s)", published.runs(), published.source());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
