package dev.softgate.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.check.CheckedSet;
import dev.softgate.data.check.SetReport;
import dev.softgate.run.DataDescription;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code softgate data}: downloads, verifies and describes data sets. */
@Command(
    name = "data",
    description = {"Download, check or describe a data set.", ""},
    subcommands = {
      DataCommand.Download.class,
      CheckCommand.class,
      DataCommand.Verify.class,
      DataCommand.Describe.class
    },
    synopsisSubcommandLabel = "download|check|verify|describe",
    footerHeading = "%nExample%n",
    footer = {
      "  softgate data download --dataset cifar10 --data-dir data",
      "  softgate data check photos",
      "  softgate data describe --dataset synthetic --json"
    })
final class DataCommand implements Runnable {

  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with the data: download, check or describe");
  }

  /** The data set. */
  static final class Source {
    @Mixin final SettingOptions settings;

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    private Source(SettingOptions dataset) {
      settings =
          dataset
              .and(null, "data-dir", "data-url")
              .narrowed("seed", "Seed of the synthetic set and of a seeded split", null);
    }

    static Source any() {
      return new Source(SettingOptions.of("dataset"));
    }

    static Source downloadable() {
      return new Source(
          SettingOptions.of().narrowed("dataset", "The data set: cifar10 or cifar100", null));
    }

    RunConfig config() {
      return RunConfig.defaults().with(settings.given());
    }
  }

  static Dataset load(RunConfig config, DownloadProgress progress) {
    return Datasets.load(request(config), progress);
  }

  private static DatasetRequest request(RunConfig config) {
    return config.data().request(config.optimization().seed()).unlimited();
  }

  private static LabeledLines lines(DataDescription.Identity set) {
    LabeledLines lines =
        new LabeledLines()
            .add("data set", set.dataset())
            .add("source", set.source())
            .add("SHA-256", set.sha256() + " of the content");
    if (set.dataset().startsWith("cifar")) {
      Boolean official = set.officialArchive();
      lines.add(
          "official",
          official == null ? "cannot be told of unpacked files" : official ? "yes" : "no");
    }
    return lines;
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** {@code softgate data download}. */
  @Command(
      name = "download",
      description = {"Download a data set, check it, and keep its archive.", ""},
      sortOptions = false,
      footerHeading = "%nExample%n",
      footer = "  softgate data download --dataset cifar10 --data-dir data")
  static final class Download implements Callable<Integer> {

    /** The data set on disk afterwards, and whether anything had to be fetched. */
    private record Downloaded(
        String dataset, Path dataDir, boolean downloaded, String source, String sha256) {}

    @Spec CommandSpec spec;
    @Mixin Source source = Source.downloadable();

    @Override
    public Integer call() {
      RunConfig config = source.config();
      String name = config.data().dataset();
      if (!name.startsWith("cifar")) {
        throw new BadInputException(
            "--dataset %s is not downloaded: only cifar10 and cifar100 are".formatted(name));
      }
      DownloadProgress progress = DownloadProgress.forStandardError();
      Dataset dataset = load(config, progress);
      PrintWriter out = spec.commandLine().getOut();
      if (source.json) {
        JsonOutput.print(
            new Downloaded(
                name,
                config.data().dataDir(),
                progress.downloaded(),
                dataset.source(),
                dataset.sha256()),
            out);
      } else {
        new LabeledLines()
            .add(
                progress.downloaded() ? "downloaded" : "already there",
                text("%s in %s", name, config.data().dataDir()))
            .add("source", dataset.source())
            .print(out);
      }
      return ExitCode.OK;
    }
  }

  /** {@code softgate data verify}. */
  @Command(
      name = "verify",
      description = {
        "Check a data set, as data check does, and print its identity.",
        "",
        "The identity has the hash of the images as train reads them, which a run's summary.json"
            + " has too.",
        ""
      },
      sortOptions = false,
      footerHeading = "%nExample%n",
      footer = "  softgate data verify --dataset cifar100 --data-dir data --json")
  static final class Verify extends CheckCommand {

    /** The set's identity, and what was found in it. */
    private record Verified(
        String source,
        String sha256,
        @Nullable Boolean officialArchive,
        List<String> emptyClasses,
        @JsonUnwrapped SetReport report) {}

    @Override
    void print(RunConfig config, CheckedSet images, SetReport report) {
      if (!report.unreadable().isEmpty()) {
        super.print(config, images, report);
        return;
      }
      Dataset dataset = images.load(request(config), DownloadProgress.forStandardError());
      DataDescription.Identity set = DataDescription.of(config, dataset).identity();
      if (set.dataset().startsWith("cifar") && !set.emptyClasses().isEmpty()) {
        throw new BadInputException(
            "%s has no train or no test images of %s; download it again"
                .formatted(set.source(), String.join(", ", set.emptyClasses())));
      }
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        JsonOutput.print(
            new Verified(
                set.source(), set.sha256(), set.officialArchive(), set.emptyClasses(), report),
            out);
        return;
      }
      lines(set)
          .add(
              "verified",
              text(
                  "%,d train and %,d test images of %d classes",
                  set.trainImages(), set.testImages(), set.classes()))
          .print(out);
      out.println();
      super.print(config, images, report);
    }
  }

  /** {@code softgate data describe}. */
  @Command(
      name = "describe",
      description = {
        "Describe a data set.",
        "",
        "A missing CIFAR set is downloaded, as by train.",
        ""
      },
      sortOptions = false,
      footerHeading = "%nExample%n",
      footer = "  softgate data describe --dataset cifar10 --data-dir data")
  static final class Describe implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Source source = Source.any();

    @Mixin
    SettingOptions decoding = SettingOptions.of("image-size", "resize", "skip-bad", "cache-dir");

    @Override
    public Integer call() {
      RunConfig config = source.config().with(decoding.given());
      DataDescription description =
          DataDescription.of(config, load(config, DownloadProgress.forStandardError()));
      PrintWriter out = spec.commandLine().getOut();
      if (source.json) {
        JsonOutput.print(description, out);
      } else {
        print(description, out);
      }
      return ExitCode.OK;
    }

    private static void print(DataDescription set, PrintWriter out) {
      boolean tested = set.identity().testImages() > 0;
      LabeledLines lines =
          lines(set.identity())
              .add(
                  "images",
                  text(
                      "%,d train, %,d validation (%s split), %s test",
                      set.train(),
                      set.validation(),
                      set.split(),
                      tested ? text("%,d", set.identity().testImages()) : "no"))
              .add("size", text("%d×%d pixels", set.width(), set.height()))
              .add(
                  "pixels",
                  text(
                      "mean %s, std %s (train, in units of 255)",
                      list(set.pixelMean()), list(set.pixelStd())))
              .add(
                  "normalized by",
                  text(
                      "mean %s, std %s",
                      list(set.normalizationMean()), list(set.normalizationStd())));
      Map<String, Double> kinds = set.kinds();
      if (kinds != null) {
        lines.add(
            "train images",
            kinds.entrySet().stream()
                .map(kind -> text("%.0f%% %s", 100 * kind.getValue(), kind.getKey()))
                .collect(Collectors.joining(", ")));
      }
      List<String> names = set.classNames();
      for (int k = 0; k < names.size(); k++) {
        lines.add(
            text("class %d", k),
            text(
                "%s: %,d train%s",
                names.get(k),
                set.trainByClass().get(k),
                tested ? text(", %,d test", set.testByClass().get(k)) : ""));
      }
      lines.print(out);
    }

    private static String list(float[] values) {
      return IntStream.range(0, values.length)
          .mapToObj(i -> text("%.4f", values[i]))
          .collect(Collectors.joining(" "));
    }
  }
}
