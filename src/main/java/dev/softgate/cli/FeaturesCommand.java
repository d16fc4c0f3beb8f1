package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.interop.Quoted;
import dev.softgate.run.Shard;
import dev.softgate.study.FeaturesReport;
import dev.softgate.study.FeaturesReporter;
import dev.softgate.study.FeaturesRequest;
import dev.softgate.study.ShardReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Arrays;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate features}: what a network makes of images, as a matrix. */
@Command(
    name = "features",
    description = {
      "Write the pooled features of images to a file.",
      "",
      "A row for each image, in the order of the set: what the network's classifier takes in. Files"
          + " are decoded while the network computes, and memory holds a few hundred images,"
          + " however many there are.",
      "",
      "A .safetensors file has the features, labels, ids, splits, names of files and hashes of the"
          + " pixels, and tells the network, the size of its images and how they are normalized. A"
          + " .npy file has the features, and a .csv file beside it names the rows.",
      "",
      "A large set can be shared by processes: each runs the command with its own --shard, and then"
          + " --collect writes the file that the command without --shard writes.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate features NAME --dataset folder:photos --out photos.safetensors",
      "  softgate features built-in --dataset folder:photos --out photos.npy",
      "  softgate features NAME --dataset folder:photos --out photos.npy --shard 0/4"
    })
final class FeaturesCommand implements Callable<Integer> {

  private static final String LAST = "last";

  @Spec CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "NETWORK",
      description =
          "A run's folder, its name in runs, a checkpoint file, or built-in, the network that comes"
              + " with Softgate.")
  Path network;

  @Mixin
  SettingOptions settings =
      SettingOptions.of("dataset", "data-dir", "data-url")
          .narrowed("seed", "Seed of the synthetic set", null)
          .and(null, "skip-bad")
          .narrowed(
              "resize",
              "Images of other proportions: crop (cut off what protrudes), pad (add black margins),"
                  + " reflect (margins that mirror the image), squash (stretch), or views (reflect"
                  + " and squash, side by side in each row)",
              "the network's")
          .and(null, "engine", "precision", "threads", "device");

  @Option(
      names = "--stage",
      paramLabel = "STAGES",
      defaultValue = LAST,
      description =
          "The stages behind which features are averaged over positions: last, whose features the"
              + " classifier takes in, or numbers from 1, such as 3,4, side by side in each row"
              + " (${DEFAULT-VALUE})")
  String stage;

  @Option(
      names = "--split",
      paramLabel = "PART",
      defaultValue = "all",
      description = "The images: train, val, test or all (${DEFAULT-VALUE})")
  String split;

  @Option(names = "--limit", paramLabel = "N", description = "Only the first N of these images.")
  @Nullable Integer limit;

  @Option(
      names = "--mirrored",
      description =
          "Average the features of each image and its mirror image, as score does, at twice the"
              + " time.")
  boolean mirrored;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The file to write: it ends in .safetensors or .npy.")
  Path out;

  @Mixin ShardOptions shards = new ShardOptions();

  @Option(
      names = "--collect",
      description = "Join the features that all shards wrote; repeat the other arguments.")
  boolean collect;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    if (limit != null && limit < 1) {
      throw new BadInputException("--limit: must be at least 1, found " + limit);
    }
    Map<String, String> given = settings.given();
    if (!given.containsKey("dataset")) {
      throw new BadInputException("--dataset is missing: specify the images, as folder:DIR");
    }
    RunConfig config = settings.withNotes(RunConfig.defaults());
    FeaturesRequest request =
        new FeaturesRequest(
            network,
            out,
            stages(),
            DatasetScoreOptions.part(split),
            limit == null ? Integer.MAX_VALUE : limit,
            given.containsKey("resize") ? config.data().resize() : null,
            mirrored);
    Shard shard = shards.ofOptions();
    DownloadListener listener = DownloadProgress.forStandardError();
    PrintWriter to = spec.commandLine().getOut();
    if (shard != null) {
      if (collect) {
        throw new BadInputException("--collect: joins all shards; omit --shard");
      }
      ShardReport report = FeaturesReporter.runShard(request, shard, config, listener);
      ShardOptions.print(report, json, to);
      return ExitCode.OK;
    }
    FeaturesReport report =
        collect
            ? FeaturesReporter.collect(request, config, listener)
            : FeaturesReporter.run(request, config, listener);
    if (json) {
      JsonOutput.print(report, to);
    } else {
      to.printf(
          Locale.ROOT,
          "%,d images, %,d features each%s: %s%n",
          report.images(),
          report.dimensions(),
          report.unreadable() == 0
              ? ""
              : String.format(Locale.ROOT, ", without %,d unreadable files", report.unreadable()),
          report.out());
    }
    return ExitCode.OK;
  }

  private List<Integer> stages() {
    if (stage.equals(LAST)) {
      return List.of();
    }
    if (!stage.matches("\\d{1,3}(,\\d{1,3})*")) {
      throw new BadInputException(
          "--stage: must be last, or numbers such as 3,4, found " + Quoted.quoted(stage));
    }
    return Arrays.stream(stage.split(",", -1)).map(Integer::valueOf).toList();
  }
}
