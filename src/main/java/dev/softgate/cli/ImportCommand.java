package dev.softgate.cli;

import dev.softgate.BadInputException;
import dev.softgate.data.Normalization;
import dev.softgate.experiment.ImportedNetwork;
import dev.softgate.experiment.RunFolder;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateTap;
import dev.softgate.model.StateRecognition;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code softgate import}: a run of a network that was trained elsewhere. */
@Command(
    name = "import",
    description = {
      "Make a run of a PyTorch checkpoint, for eval, predict and --init baseline:RUN.",
      "",
      "The network is recognized from the names and shapes of its parameters. Reading the file"
          + " executes nothing: whatever is no tensor or container is refused.",
      ""
    },
    sortOptions = false,
    footerHeading = "%nExample%n",
    footer = {
      "  softgate import resnet56.th --out runs/resnet56",
      "  softgate import resnet20.pth --out runs/r20 --pixel-mean 0.5,0.5,0.5 --pixel-std 0.2,0.2,0.2",
      "  softgate eval runs/resnet56 --data-dir data"
    })
final class ImportCommand implements Callable<Integer> {

  private static final int CHANNELS = 3;

  @Spec CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "A .pth or .th file of PyTorch, of any version, or .safetensors.")
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
      description = "Mean of the pixels that the network expects (CIFAR's, as published).")
  @Nullable String pixelMean;

  @Option(
      names = "--pixel-std",
      paramLabel = "R,G,B",
      description = "Their deviation (CIFAR's, as published).")
  @Nullable String pixelStd;

  @Option(
      names = "--gate",
      paramLabel = "KIND",
      description = "Which gate it has, where its shape fits several.")
  @Nullable String gate;

  @Option(
      names = "--gate-tap",
      paramLabel = "PLACE",
      description = "entry or exit: where the gate looks (as published).")
  @Nullable String gateTap;

  @Option(
      names = "--gate-calibration",
      paramLabel = "KIND",
      description = "normalised, published, unscaled or raw (as published).")
  @Nullable String gateCalibration;

  @Option(names = "--json", description = "Print what was recognized as JSON.")
  boolean json;

  @Override
  public Integer call() {
    if (!Files.isRegularFile(file)) {
      throw new BadInputException(file + ": no such file");
    }
    StateRecognition.Hints hints =
        new StateRecognition.Hints(
            choice("--gate", gate, GateKind.values()),
            choice("--gate-tap", gateTap, GateTap.values()),
            choice("--gate-calibration", gateCalibration, GateCalibration.values()));
    ImportedNetwork imported = ImportedNetwork.read(file, hints, normalization());
    RunFolder run = imported.write(out, CommandText.of(spec));
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("run", run.path().toString());
    values.putAll(imported.values());
    Logger log = LoggerFactory.getLogger(ImportCommand.class);
    imported.assumptions().forEach(log::warn);
    if (json) {
      JsonOutput.print(values, spec.commandLine().getOut());
    } else {
      print(values);
    }
    return ExitCode.OK;
  }

  private void print(Map<String, @Nullable Object> values) {
    LabeledLines lines = new LabeledLines();
    for (String key :
        List.of("run", "arch", "depth", "block", "classes", "shortcut", "gate", "parameters")) {
      lines.add(key, String.valueOf(values.get(key)));
    }
    lines.print(spec.commandLine().getOut());
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
      // Said below, as for another number of channels.
    }
    throw new BadInputException(
        "--pixel-mean %s --pixel-std %s: give three numbers each, such as 0.485,0.456,0.406; deviations above 0"
            .formatted(pixelMean, pixelStd));
  }

  private static <E extends Enum<E>> @Nullable E choice(
      String option, @Nullable String text, E[] choices) {
    if (text == null) {
      return null;
    }
    for (E choice : choices) {
      if (spelling(choice).equals(text)) {
        return choice;
      }
    }
    throw new BadInputException(
        "%s %s: must be one of %s"
            .formatted(
                option,
                text,
                Stream.of(choices).map(ImportCommand::spelling).collect(Collectors.joining(", "))));
  }

  private static String spelling(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
