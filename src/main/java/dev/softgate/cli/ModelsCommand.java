package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.experiment.ModelListing;
import dev.softgate.gate.GateKind;
import dev.softgate.training.ModelConfig;
import dev.softgate.training.Presets;
import dev.softgate.training.PublishedAccuracy;
import dev.softgate.training.RunConfig;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code softgate models}: which networks there are, and what they cost. */
@Command(
    name = "models",
    description = {
      "List architectures, gates and the presets' networks with what they cost.",
      "",
      "Multiply-accumulates are of one image's forward pass. The additional layers are what a gate"
          + " at their entry can skip. Published is the test accuracy after the last epoch, mean"
          + " and deviation over so many runs. With --depth, --block, --classes or --gate: that one"
          + " network.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate models",
      "  softgate models --depth 164 --block bottleneck --classes 100 --json"
    })
final class ModelsCommand implements Callable<Integer> {

  private static final int LARGEST_IMAGE = 4_096;
  private static final double MILLION = 1e6;

  @Spec CommandSpec spec;

  @Option(
      names = "--depth",
      paramLabel = "N",
      description = "Layers: 6n+2 with basic blocks, 9n+2 with bottlenecks (110)")
  @Nullable String depth;

  @Option(names = "--block", paramLabel = "KIND", description = "basic or bottleneck (basic)")
  @Nullable String block;

  @Option(names = "--classes", paramLabel = "K", description = "Of the data set (10)")
  @Nullable Integer classes;

  @Option(names = "--gate", paramLabel = "KIND", description = "classifier or none (classifier)")
  @Nullable String gate;

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
    List<ModelListing> models =
        depth == null && block == null && classes == null && gate == null
            ? Presets.names().stream().map(name -> ModelListing.ofRecipe(name, imageSize)).toList()
            : List.of(ModelListing.of(askedFor(), classes == null ? 10 : classes, imageSize));
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("image_size", imageSize);
      values.put("architectures", ModelConfig.ARCHITECTURES);
      values.put("gates", gates());
      values.put("models", models.stream().map(ModelListing::values).toList());
      JsonOutput.print(values, out);
    } else {
      print(models, out);
    }
    return ExitCode.OK;
  }

  private ModelConfig askedFor() {
    Map<String, String> overrides = new LinkedHashMap<>();
    if (depth != null) {
      overrides.put("depth", depth);
    }
    if (block != null) {
      overrides.put("block", block);
    }
    if (gate != null) {
      overrides.put("gate", gate);
    }
    return RunConfig.defaults().with(overrides).model();
  }

  private static List<String> gates() {
    return Arrays.stream(GateKind.values())
        .map(kind -> kind.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .toList();
  }

  private void print(List<ModelListing> models, PrintWriter out) {
    new LabeledLines()
        .add("architectures", String.join(", ", ModelConfig.ARCHITECTURES))
        .add("gates", String.join(", ", gates()))
        .add("images", "%d×%d pixels".formatted(imageSize, imageSize))
        .print(out);
    out.println();
    TextTable table =
        new TextTable(
            "preset",
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
          Integer.toString(listing.model().depth()),
          listing.model().block(),
          Integer.toString(listing.classes()),
          listing.model().gate(),
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
