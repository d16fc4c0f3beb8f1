package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.Progress;
import dev.softgate.run.Shard;
import dev.softgate.study.ImagePrediction;
import dev.softgate.study.PredictRequest;
import dev.softgate.study.PredictionReport;
import dev.softgate.study.PredictionReporter;
import dev.softgate.study.PredictionTableReport;
import dev.softgate.study.ShardReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
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
      "Predict image files with a trained network, and show how hard it finds them.",
      "",
      "PNG, JPEG, WebP, GIF, BMP or TIFF, resized to the size of the training images, and cropped,"
          + " padded or stretched as these were (--resize of train). A folder stands for all"
          + " image files in it and its subfolders. Files that are not images are named, the"
          + " others are predicted, and the exit code is 2. If the checkpoint has thresholds, easy"
          + " images skip layers.",
      "",
      "A large set can be shared by processes: each runs the command with --out DIR and its own"
          + " --shard, and then --collect writes the tables that the command without --shard"
          + " writes.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate predict runs/NAME cat.png dog.jpg",
      "  softgate predict NAME photos --top 5 --json",
      "  softgate predict NAME photos --out predicted",
      "  softgate predict NAME photos --out predicted --shard 0/4"
    })
final class PredictCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "RUN_OR_CHECKPOINT",
      description = "A run's folder, its name in runs, or a checkpoint file.")
  Path network;

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Image files, or folders of them")
  List<Path> files;

  @Option(
      names = "--top",
      paramLabel = "N",
      defaultValue = "3",
      description = "Print the N most probable classes (${DEFAULT-VALUE})")
  int top;

  @Option(
      names = "--threshold",
      paramLabel = "T",
      split = ",",
      description =
          "An image skips the additional layers if its g is below, from 0 to 1: one for all gated"
              + " stages, or one for each (the ones stored by softgate skip --calibrate; if there"
              + " are none, nothing is skipped)")
  @Nullable List<Double> thresholds;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "Write predictions.csv, unreadable.csv and predictions.json into this folder instead of"
              + " printing a row for each image; it is made if absent.")
  @Nullable Path out;

  @Mixin ShardOptions shards = new ShardOptions();

  @Option(
      names = "--collect",
      description =
          "Write the tables of --out from what all shards predicted; repeat the other arguments.")
  boolean collect;

  @Mixin SettingOptions settings = SettingOptions.ofRun();

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    if (top < 1) {
      throw new BadInputException("--top: must be at least 1, found " + top);
    }
    PredictRequest request = new PredictRequest(network, files, thresholds, top);
    Shard shard = shards.ofOptions();
    if (out != null) {
      return write(request, shard, out);
    }
    if (shard != null || collect) {
      throw new BadInputException(
          "--out is missing: %s needs a folder for the files of all shards"
              .formatted(collect ? "--collect" : "a shard"));
    }
    PredictionReport report =
        PredictionReporter.run(request, settings::applyTo, DownloadProgress.forStandardError());
    if (json) {
      JsonOutput.print(report, spec.commandLine().getOut());
    } else {
      print(report.predictions(), spec.commandLine().getOut());
    }
    report.unreadable().forEach(file -> OneLineErrors.print(spec.commandLine(), file.reason()));
    return report.unreadable().isEmpty() ? ExitCode.OK : ExitCode.USAGE;
  }

  /** Writes tables or the file of a shard. */
  private int write(PredictRequest request, @Nullable Shard shard, Path folder) {
    Progress progress = DownloadProgress.forStandardError();
    PrintWriter to = spec.commandLine().getOut();
    if (shard != null) {
      if (collect) {
        throw new BadInputException("--collect: joins all shards; omit --shard");
      }
      ShardReport report =
          PredictionReporter.runShard(request, shard, folder, settings::applyTo, progress);
      ShardOptions.print(report, json, to);
      return report.unreadable() == 0 ? ExitCode.OK : ExitCode.USAGE;
    }
    PredictionTableReport report =
        collect
            ? PredictionReporter.collect(request, folder, settings::applyTo)
            : PredictionReporter.write(request, folder, settings::applyTo, progress);
    if (json) {
      JsonOutput.print(report, to);
    } else {
      to.printf(Locale.ROOT, "%,d images: %s%n", report.images(), report.predictions());
    }
    if (report.unreadableFiles() == 0) {
      return ExitCode.OK;
    }
    OneLineErrors.print(
        spec.commandLine(),
        "%,d files cannot be read as images: see %s"
            .formatted(report.unreadableFiles(), report.unreadable()));
    return ExitCode.USAGE;
  }

  private static void print(List<ImagePrediction> predictions, PrintWriter out) {
    TextTable table =
        new TextTable("file", "entropy", "of ln K", "g", "skipped", "most probable classes");
    for (ImagePrediction prediction : predictions) {
      table.row(
          prediction.file().toString(),
          number(prediction.entropyNats()),
          number(prediction.hardness()),
          number(prediction.g()),
          skipped(prediction),
          prediction.probabilities().stream()
              .map(PredictCommand::ranked)
              .collect(Collectors.joining(", ")));
    }
    table.print(out);
  }

  /** Whether the image skipped, and the skipped stages if these are not all. */
  private static String skipped(ImagePrediction prediction) {
    List<Integer> stages = prediction.skippedStages();
    if (stages == null || stages.isEmpty()) {
      return stages == null ? "-" : "no";
    }
    return Boolean.TRUE.equals(prediction.skipped())
        ? "yes"
        : stages.stream().map(stage -> "stage " + stage).collect(Collectors.joining(", "));
  }

  private static String ranked(ImagePrediction.RankedClass ranked) {
    return String.format(Locale.ROOT, "%s %.1f%%", ranked.label(), 100 * ranked.probability());
  }

  private static String number(@Nullable Double value) {
    return value == null ? "-" : String.format(Locale.ROOT, "%.3f", value);
  }
}
