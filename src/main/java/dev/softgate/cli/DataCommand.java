package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Dataset;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.run.DataDescription;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
    description = {"Download, verify or describe a data set.", ""},
    subcommands = {
      DataCommand.Download.class,
      DataCommand.Verify.class,
      DataCommand.Describe.class
    },
    synopsisSubcommandLabel = "download|verify|describe",
    footerHeading = "%nExample%n",
    footer = {
      "  softgate data download --dataset cifar10 --data-dir data",
      "  softgate data describe --dataset synthetic --json"
    })
final class DataCommand implements Runnable {

  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to do with the data: download, verify or describe");
  }

  /** The data set. */
  static final class Source {
    @Mixin SettingOptions settings = SettingOptions.of("dataset", "data-dir", "data-url", "seed");

    @Option(names = "--json", description = "Print one JSON object.")
    boolean json;

    RunConfig config() {
      return RunConfig.defaults().with(settings.given());
    }
  }

  private static Dataset load(RunConfig config, DownloadProgress progress) {
    return Datasets.load(
        new DatasetRequest(
            config.data().dataset(),
            config.data().dataDir(),
            config.data().dataUrl(),
            config.optimization().seed()),
        progress);
  }

  private static DataDescription description(RunConfig config) {
    return DataDescription.of(config, load(config, DownloadProgress.forStandardError()));
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
    @Mixin Source source;

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
        "Read a whole data set and check it.",
        "",
        "Sizes, label ranges, checksums and complete classes; exits with 2 if something is wrong."
            + " A missing CIFAR set is downloaded, as by train.",
        ""
      },
      sortOptions = false,
      footerHeading = "%nExample%n",
      footer = "  softgate data verify --dataset cifar100 --data-dir data --json")
  static final class Verify implements Callable<Integer> {
    @Spec CommandSpec spec;
    @Mixin Source source;

    @Override
    public Integer call() {
      DataDescription.Identity set = description(source.config()).identity();
      if (!set.emptyClasses().isEmpty()) {
        throw new BadInputException(
            "%s has no train or no test images of %s; download it again"
                .formatted(set.source(), String.join(", ", set.emptyClasses())));
      }
      PrintWriter out = spec.commandLine().getOut();
      if (source.json) {
        JsonOutput.print(set, out);
      } else {
        lines(set)
            .add(
                "verified",
                text(
                    "%,d train and %,d test images of %d classes",
                    set.trainImages(), set.testImages(), set.classes()))
            .print(out);
      }
      return ExitCode.OK;
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
    @Mixin Source source;

    @Override
    public Integer call() {
      DataDescription description = description(source.config());
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
