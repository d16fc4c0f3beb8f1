package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.DataConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.LabelNoise;
import dev.softgate.data.NoiseReport;
import dev.softgate.data.SyntheticDataset;
import dev.softgate.interop.AtomicFiles;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code softgate noise}: writes a label file with known wrong labels for training. */
@Command(
    name = "noise",
    description = {
      "Write a label file with wrong labels among the right ones.",
      "",
      "symmetric: with probability RATE, one of the K-1 other classes, all equally likely."
          + " asymmetric: with probability RATE, a class that it is mistaken for: on CIFAR-10 truck"
          + " to automobile, bird to airplane, deer to horse, cat to dog and back, on other sets"
          + " the next class. Alternatively, labels come from a column of a CSV file whose column"
          + " index counts the train images from 0.",
      "",
      "The file has the columns index,given,clean for every train image; pass it to train and eval"
          + " as --labels.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate noise --kind symmetric --rate 0.4 --seed 1 --out noisy.csv",
      "  softgate noise --from cifar10n.csv --column worst --out worst.csv --json"
    })
final class NoiseCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Option(names = "--kind", paramLabel = "KIND", description = "symmetric or asymmetric")
  @Nullable String kind;

  @Option(
      names = "--rate",
      paramLabel = "P",
      description = "Probability that a label changes, from 0 to 1")
  @Nullable Double rate;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the choice of images and labels (${DEFAULT-VALUE})")
  long seed;

  @Option(
      names = "--from",
      paramLabel = "CSV",
      description = "Read the labels from this file, such as CIFAR-10N's")
  @Nullable Path from;

  @Option(names = "--column", paramLabel = "NAME", description = "The column of that file")
  @Nullable String column;

  @Mixin SettingOptions settings = SettingOptions.of("dataset", "data-dir", "data-url");

  @Option(
      names = "--data-seed",
      paramLabel = "N",
      defaultValue = "1",
      description = "Seed of the synthetic set: the seed of the runs to train (${DEFAULT-VALUE})")
  long dataSeed;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "Write the labels to this file, replacing an older one")
  Path out;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    requireOneSource();
    AtomicFiles.requireReplaceable(out, "label file", "index,given");
    DataConfig data = RunConfig.defaults().with(settings.given()).data();
    Dataset images =
        Datasets.load(
            new DatasetRequest(data.dataset(), data.dataDir(), data.dataUrl(), dataSeed),
            DownloadProgress.forStandardError());
    int[] clean = clean(images);
    NoiseReport report = NoiseReport.write(out, given(images, clean), clean, images);
    if (json) {
      JsonOutput.print(report, spec.commandLine().getOut());
    } else {
      print(report, images.source(), spec.commandLine().getOut());
    }
    return ExitCode.OK;
  }

  private void requireOneSource() {
    if (from == null ? kind == null || rate == null : kind != null || rate != null) {
      throw new BadInputException(
          "specify either --kind and --rate, for random noise, or --from CSV and --column NAME");
    }
    if ((from == null) != (column == null)) {
      throw new BadInputException("--from CSV and --column NAME belong together");
    }
  }

  /** The true labels, from a file if there is one, else from the data set. */
  private int[] clean(Dataset images) {
    return images.name().equals("synthetic")
        ? SyntheticDataset.generate(dataSeed).trainTrueLabels()
        : images.train().labels();
  }

  private int[] given(Dataset images, int[] clean) {
    return from != null && column != null
        ? LabelNoise.fromTable(from, column, images.classNames(), clean)
        : LabelNoise.named(String.valueOf(kind))
            .applyTo(images, clean, rate == null ? Double.NaN : rate, seed);
  }

  private static void print(NoiseReport report, String source, PrintWriter out) {
    LabeledLines lines =
        new LabeledLines()
            .add("labels", "%s, SHA-256 %s".formatted(report.file(), report.sha256()))
            .add("data", source)
            .add(
                "wrong",
                String.format(
                    Locale.ROOT,
                    "%,d of %,d images (%.2f%%)",
                    report.changed(),
                    report.images(),
                    100 * report.rate()));
    for (int k = 0; k < report.confusion().length; k++) {
      lines.add(k + " " + report.classNames().get(k), takenFor(k, report));
    }
    lines.print(out);
  }

  /** The wrong labels of a class. */
  private static String takenFor(int label, NoiseReport report) {
    int[] counts = report.confusion()[label];
    String others =
        IntStream.range(0, counts.length)
            .filter(other -> other != label && counts[other] > 0)
            .mapToObj(other -> counts[other] + " " + report.classNames().get(other))
            .collect(Collectors.joining(", "));
    return others.isEmpty() ? "all as they are" : others;
  }
}
