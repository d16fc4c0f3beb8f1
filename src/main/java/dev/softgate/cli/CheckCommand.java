package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.ImageListing;
import dev.softgate.data.check.CheckedSet;
import dev.softgate.data.check.FeatureNeighbors;
import dev.softgate.data.check.ListedFiles;
import dev.softgate.data.check.LoadedImages;
import dev.softgate.data.check.SetCheck;
import dev.softgate.data.check.SetNames;
import dev.softgate.data.check.SetReport;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.report.CheckPage;
import dev.softgate.study.FeatureSearch;
import java.nio.file.Path;
import java.util.LinkedHashMap;
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

/** {@code softgate data check}: what is in a set of images and what is wrong with it. */
@Command(
    name = "check",
    description = {
      "Show what is in a set of images and what is wrong with it.",
      "",
      "Lists files that cannot be read, identical images (under different labels, in different"
          + " parts of the set), nearly identical ones, small classes, and images that are blank,"
          + " dark, overexposed, blurred, or odd in shape, size or color. Exits with 2 if a file"
          + " cannot be read. A missing CIFAR set is downloaded, as by train.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate data check photos",
      "  softgate data check folder:photos --html check.html --features built-in",
      "  softgate data check cifar10 --data-dir data --json"
    })
class CheckCommand implements Callable<Integer> {

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "SET",
      arity = "0..1",
      description = "A folder, a list (FILE.csv), or a name as for --dataset.")
  @Nullable String set;

  @Mixin
  SettingOptions settings =
      SettingOptions.of("dataset", "data-dir", "data-url")
          .narrowed("seed", "Seed of the synthetic set and of a seeded split", null);

  @Option(
      names = "--features",
      paramLabel = "NETWORK",
      description =
          "Also list images that are unlike all others, and crops and mirror images, by the"
              + " features of this run or checkpoint, of built-in, the network that comes with"
              + " Softgate, or of a file that softgate features wrote.")
  @Nullable Path features;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page that shows the images of each problem to this file.")
  @Nullable Path html;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  @Override
  public Integer call() {
    if (html != null) {
      AtomicFiles.requireReplaceable(html, "HTML page", "<!doctype html");
    }
    Map<String, String> given = named();
    RunConfig config = RunConfig.defaults().with(given);
    SettingOptions.tellEffectless(given.keySet(), config);
    CheckedSet images = open(config);
    DownloadProgress progress = DownloadProgress.forStandardError();
    FeatureNeighbors neighbors =
        features == null ? null : FeatureSearch.of(features, config, images, progress);
    SetReport report = SetCheck.run(images, neighbors, progress);
    if (html != null) {
      CheckPage.write(html, images, report);
    }
    print(config, images, report);
    return report.unreadable().isEmpty() ? ExitCode.OK : ExitCode.USAGE;
  }

  /** Prints what was found in images, as JSON or for readers. */
  void print(RunConfig config, CheckedSet images, SetReport report) {
    if (json) {
      JsonOutput.print(report, spec.commandLine().getOut());
    } else {
      CheckText.print(report, spec.commandLine().getOut());
    }
  }

  private Map<String, String> named() {
    Map<String, String> given = new LinkedHashMap<>(settings.given());
    if (set != null && given.put("dataset", SetNames.of(set)) != null) {
      throw new BadInputException("SET and --dataset both name a set; use one of them");
    }
    return given;
  }

  private static CheckedSet open(RunConfig config) {
    String dataset = config.data().dataset();
    return ImageListing.isListed(dataset)
        ? new ListedFiles(ImageListing.of(dataset))
        : new LoadedImages(DataCommand.load(config, DownloadProgress.forStandardError()));
  }
}
