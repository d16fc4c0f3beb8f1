package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.experiment.ImagePrediction;
import dev.softgate.experiment.ReadImages;
import dev.softgate.experiment.TrainedNetwork;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ResNet;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.RunConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate predict}: a trained network on image files. */
@Command(
    name = "predict",
    description = {
      "Say what a trained network sees in image files, and how hard it finds them.",
      "",
      "PNG, JPEG, GIF or BMP, stretched to the size that the network was trained on: shrinking"
          + " averages over areas, growing interpolates linearly. All files are read before the"
          + " first is predicted.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate predict runs/NAME cat.png dog.jpg",
      "  softgate predict NAME cat.png --top 5 --json"
    })
final class PredictCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "RUN_OR_CHECKPOINT",
      description = "A run's folder, its name in runs, or a checkpoint file.")
  Path network;

  @Parameters(index = "1..*", arity = "1..*", paramLabel = "FILE", description = "Image files.")
  List<Path> files;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "3",
      description = "Print the N most probable classes (${DEFAULT-VALUE})")
  int top;

  @Option(
      names = "--threshold",
      paramLabel = "P",
      defaultValue = "0.5",
      description =
          "An image could skip the additional layers where g is below; the label is that of the"
              + " whole network (${DEFAULT-VALUE})")
  double threshold;

  @Mixin ComputeOptions compute;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    if (top < 1) {
      throw new BadInputException("--top: must be at least 1, found " + top);
    }
    if (!(threshold >= 0 && threshold <= 1)) {
      throw new BadInputException("--threshold: must be from 0 to 1, found " + threshold);
    }
    Checkpoint trained = TrainedNetwork.open(network).checkpoint();
    RunConfig config = compute.applyTo(trained.config());
    ReadImages images = ReadImages.of(files, trained.data().height(), trained.data().width());
    String cannotSkip = reasonNotToSkip(trained.spec().gate());
    if (cannotSkip != null) {
      LoggerFactory.getLogger(PredictCommand.class).info("nothing can be skipped: {}", cannotSkip);
    }
    ResNet restored = trained.restoreNetwork();
    try (BackboneEngine engine = config.execution().compute(restored.spec()).attach(restored)) {
      print(
          ImagePrediction.of(
              images,
              new Evaluator(restored, trained.data().normalization()),
              trained.data().classNames(),
              top,
              cannotSkip == null ? threshold : null));
    }
    return ExitCode.OK;
  }

  private static @Nullable String reasonNotToSkip(GateSpec gate) {
    if (!gate.kind().onStages()) {
      return "the network has no gate on a stage";
    }
    return gate.tap() == GateTap.EXIT
        ? "its gate looks at the exit of the additional layers, when they have been computed"
        : null;
  }

  private void print(List<ImagePrediction> predictions) {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      List<?> values = predictions.stream().map(ImagePrediction::values).toList();
      JsonOutput.print(Map.of("predictions", values), out);
      return;
    }
    TextTable table =
        new TextTable("file", "entropy", "of ln K", "g", "skipped", "most probable classes");
    for (ImagePrediction prediction : predictions) {
      table.row(
          prediction.file().toString(),
          number(prediction.entropyNats()),
          number(prediction.hardness()),
          number(prediction.g()),
          prediction.skipped() == null ? "-" : prediction.skipped() ? "yes" : "no",
          prediction.ranking().stream()
              .map(PredictCommand::ranked)
              .collect(Collectors.joining(", ")));
    }
    table.print(out);
  }

  private static String ranked(ImagePrediction.RankedClass ranked) {
    return String.format(Locale.ROOT, "%s %.1f%%", ranked.label(), 100 * ranked.probability());
  }

  private static String number(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
