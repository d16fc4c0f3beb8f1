package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import dev.softgate.config.DataConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DatasetRequest;
import dev.softgate.data.Datasets;
import dev.softgate.data.Normalization;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.interop.Quoted;
import dev.softgate.model.ShortcutKind;
import dev.softgate.model.StateRecognition;
import dev.softgate.run.ImportRequest;
import dev.softgate.run.ImportSearch;
import dev.softgate.run.ImportedNetwork;
import dev.softgate.run.RunFolder;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate import}: creates a run from a network that was trained elsewhere. */
@Command(
    name = "import",
    description = {
      "Create a run from PyTorch's or safetensors weights, for eval, predict, features and --init.",
      "",
      "The network is recognized by the names and shapes of its parameters. Other settings are"
          + " assumed as published and listed with the options that change them;"
          + " --expect-accuracy determines them by evaluating. Reading the file executes"
          + " nothing; values beside a state dict are skipped.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate import resnet56.th --out runs/resnet56",
      "  softgate import r20.th --out r20 --data-dir data --expect-accuracy 0.9173",
      "  softgate import r20.th --out r20 --pixel-mean .5,.5,.5 --pixel-std .2,.2,.2",
      "  softgate eval runs/resnet56 --data-dir data"
    })
final class ImportCommand implements Callable<Integer> {

  private static final int CHANNELS = 3;

  /** Settings of the evaluation that {@code --expect-accuracy} asks for. */
  private static final List<String> EVALUATING =
      List.of("dataset", "data-dir", "engine", "precision", "threads");

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "A file of torch.save, of any version, or a safetensors file, with any name.")
  Path file;

  @Option(
      names = "--out",
      paramLabel = "RUN",
      required = true,
      description = "The run's folder, which must not exist yet.")
  Path out;

  @Option(
      names = "--pixel-mean",
      paramLabel = "R,G,B",
      description =
          "Pixel mean that the network expects (ImageNet's with a 7x7 stem, else CIFAR's).")
  @Nullable String pixelMean;

  @Option(
      names = "--pixel-std",
      paramLabel = "R,G,B",
      description = "Pixel standard deviation that the network expects (likewise).")
  @Nullable String pixelStd;

  @Mixin
  SettingOptions settings =
      SettingOptions.of("bottleneck-stride")
          .and("as its parameters are, else pad", "shortcut")
          .and("as published", "gate-tap", "gate-calibration")
          .and("what its shape fits", "gate")
          .narrowed(
              "image-size",
              "Height and width of the images, in pixels: N or WxH",
              "224 with ImageNet's 7x7 stem, else 32")
          .narrowed(
              "dataset",
              "Test images for --expect-accuracy: cifar10, cifar100 or folder:DIR",
              "by the classes")
          .narrowed("data-dir", "Where the test images for --expect-accuracy are", null)
          .and("fp32", "precision")
          .and(null, "engine", "threads");

  @Option(
      names = "--class-names",
      paramLabel = "FILE",
      description =
          "Names of the classes: one a line, or JSON, as a list or by class id (CIFAR's, else"
              + " class 0, class 1 and so on)")
  @Nullable Path classNames;

  @Option(
      names = "--features-only",
      description =
          "Import the network without its classifier, if it has one: for features, score --features"
              + " and train --init features:RUN")
  boolean featuresOnly;

  @Option(
      names = "--key",
      paramLabel = "KEY",
      description = "Where the network is in the file, such as ema or state.model (searched)")
  @Nullable String key;

  @Option(
      names = "--expect-accuracy",
      paramLabel = "A",
      description =
          "Evaluate all settings that names and shapes leave open on the test images, and choose"
              + " the accuracy closest to this fraction; fail if that is more than 0.005 away")
  @Nullable Double expectAccuracy;

  @Option(names = "--json", description = "Print the recognized network as JSON.")
  boolean json;

  @Override
  public Integer call() {
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(file + ": no such file");
    }
    Map<String, String> given = settings.given();
    requireEffect(given);
    if (expectAccuracy != null && !(expectAccuracy > 0 && expectAccuracy <= 1)) {
      throw new BadInputException(
          "--expect-accuracy %s: must be a fraction above 0, at most 1".formatted(expectAccuracy));
    }
    ImportedNetwork imported =
        ImportedNetwork.read(
            new ImportRequest(
                file,
                key,
                hints(given),
                normalization(),
                given.get("image-size"),
                classNames,
                featuresOnly));
    List<ImportSearch.Candidate> candidates = List.of();
    if (expectAccuracy != null) {
      candidates = candidates(imported, expectAccuracy);
      imported = ImportSearch.nearest(imported, candidates, expectAccuracy);
    }
    RunFolder run = imported.write(out, CommandText.of(spec));
    ImportedNetwork.Report report = imported.report(run.path(), candidates);
    // no lambda over a logger: help would load its class
    imported.assumptions().stream()
        .map("assumed: "::concat)
        .forEach(LoggerFactory.getLogger(ImportCommand.class)::warn);
    if (json) {
      JsonOutput.print(report, spec.commandLine().getOut());
    } else {
      print(report, spec.commandLine().getOut());
    }
    return ExitCode.OK;
  }

  /** Refuses options that would change nothing. */
  private void requireEffect(Map<String, String> given) {
    for (String key : EVALUATING) {
      if (expectAccuracy == null && given.containsKey(key)) {
        throw new BadInputException(
            "{%s} requires {expect-accuracy}: nothing is evaluated otherwise; omit it"
                .formatted(key));
      }
    }
    if (featuresOnly && (expectAccuracy != null || classNames != null)) {
      throw new BadInputException(
          "{features-only} leaves the classifier out; omit {%s}"
              .formatted(expectAccuracy != null ? "expect-accuracy" : "class-names"));
    }
  }

  private static StateRecognition.Hints hints(Map<String, String> given) {
    RunConfig.defaults().with(given); // checks the values
    String stride = given.get("bottleneck-stride");
    return new StateRecognition.Hints(
        choice(given.get("gate"), GateKind.values()),
        choice(given.get("gate-tap"), GateTap.values()),
        choice(given.get("gate-calibration"), GateCalibration.values()),
        choice(given.get("shortcut"), ShortcutKind.values()),
        stride == null ? null : stride.equals("1x1"));
  }

  private List<ImportSearch.Candidate> candidates(ImportedNetwork imported, double expected) {
    Map<String, String> overrides = new LinkedHashMap<>(Map.of("precision", "fp32"));
    overrides.put("dataset", imported.dataset());
    overrides.putAll(settings.given());
    RunConfig config = RunConfig.defaults().with(overrides);
    DataConfig data = config.data();
    return ImportSearch.run(
        imported,
        expected,
        config,
        Datasets.load(
            new DatasetRequest(
                    data.dataset(), data.dataDir(), data.dataUrl(), config.optimization().seed())
                .decoded(imported.sized(data.decoding())),
            DownloadProgress.forStandardError()));
  }

  private static void print(ImportedNetwork.Report report, PrintWriter out) {
    LabeledLines lines =
        new LabeledLines()
            .add("run", report.run().toString())
            .add("arch", report.arch())
            .add("depth", Integer.toString(report.depth()))
            .add("block", report.block())
            .add("classes", Integer.toString(report.classes()))
            .add("shortcut", report.shortcut())
            .add("gate", report.gate())
            .add("image size", report.imageSize())
            .add("parameters", Long.toString(report.parameters()))
            .add("pixel mean", Arrays.toString(report.pixelMean()))
            .add("pixel std", Arrays.toString(report.pixelStd()));
    if (report.accuracy() != null) {
      lines.add("accuracy", report.accuracy().toString());
    }
    if (!report.passedOver().isEmpty()) {
      lines.add(
          "skipped",
          report.passedOver().entrySet().stream()
              .map(entry -> Quoted.oneLine("%s (%s)".formatted(entry.getKey(), entry.getValue())))
              .collect(Collectors.joining(", ")));
    }
    lines.print(out);
  }

  private @Nullable Normalization normalization() {
    if ((pixelMean == null) != (pixelStd == null)) {
      throw new BadInputException("--pixel-mean and --pixel-std belong together; give both");
    }
    if (pixelMean == null) {
      return null;
    }
    try {
      Normalization normalization = Normalization.parse(pixelMean + "/" + pixelStd);
      if (normalization.mean().length == CHANNELS) {
        return normalization;
      }
    } catch (IllegalArgumentException e) {
      // Reported below, as for another number of channels.
    }
    throw new BadInputException(
        "--pixel-mean %s --pixel-std %s: give three numbers each, such as 0.485,0.456,0.406; deviations above 0"
            .formatted(pixelMean, pixelStd));
  }

  private static <E extends Enum<E> & Choice> @Nullable E choice(
      @Nullable String wanted, E[] choices) {
    return Stream.of(choices)
        .filter(choice -> choice.text().equals(wanted))
        .findFirst()
        .orElse(null);
  }
}
