package dev.softgate.experiment;

import dev.softgate.BadInputException;
import dev.softgate.data.Datasets;
import dev.softgate.data.Normalization;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import dev.softgate.interop.pytorch.TorchFile;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ResNet;
import dev.softgate.model.StateRecognition;
import dev.softgate.model.StateRules;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.ModelConfig;
import dev.softgate.training.RunConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network trained elsewhere, made a run of: from a file with its parameters to a folder that
 * evaluation, prediction and initialization take.
 *
 * @param file it came from
 * @param network with its weights
 * @param normalization of the pixels that it expects
 * @param numbers that the file has beside the parameters, such as {@code epoch} and {@code acc}
 * @param assumptions that neither file nor person settled, one line each
 */
public record ImportedNetwork(
    Path file,
    ResNet network,
    Normalization normalization,
    Map<String, Number> numbers,
    List<String> assumptions) {

  private static final int IMAGE_SIZE = 32;

  /**
   * Reads a file.
   *
   * @param file PyTorch's, of either format, or safetensors, with a state dict
   * @param normalization of the pixels; null for the published one of the CIFAR set with as many
   *     classes, of CIFAR-10 where there is none
   * @throws BadInputException if it is not readable or not a network of this program
   */
  public static ImportedNetwork read(
      Path file, StateRecognition.Hints hints, @Nullable Normalization normalization) {
    TorchFile.Contents contents =
        file.toString().endsWith(".safetensors")
            ? new TorchFile.Contents(Safetensors.read(file).tensors(), Map.of())
            : TorchFile.read(file);
    StateRecognition.Recognized recognized;
    try {
      recognized = StateRecognition.of(contents.tensors(), hints);
    } catch (BadInputException e) {
      throw new BadInputException(file + ": " + e.getMessage(), e);
    }
    ResNet network = new ResNet(recognized.spec(), 0).named("the network of " + file);
    String problem = StateRules.problem(recognized.state());
    if (problem != null) {
      throw new BadInputException(file + ": " + problem + "; take another file");
    }
    network.load(recognized.state());
    return new ImportedNetwork(
        file,
        network,
        normalization != null
            ? normalization
            : Objects.requireNonNull(Normalization.published(dataset(network.spec().classes()))),
        contents.numbers(),
        recognized.assumptions());
  }

  /** The CIFAR set with so many classes; CIFAR-10 where there is none. */
  private static String dataset(int classes) {
    return classes == Datasets.classNames("cifar100").size() ? "cifar100" : "cifar10";
  }

  private List<String> classNames() {
    int classes = network.spec().classes();
    List<String> cifar = Datasets.classNames(dataset(classes));
    return cifar.size() == classes
        ? cifar
        : IntStream.range(0, classes).mapToObj(k -> "class " + k).toList();
  }

  /**
   * Makes the run's folder.
   *
   * @param folder that does not exist yet
   * @param command the command line that asks for it
   * @throws BadInputException if the folder exists or cannot be a run's
   */
  public RunFolder write(Path folder, String command) {
    Checkpoint.DataFacts facts =
        new Checkpoint.DataFacts(
            classNames(),
            null,
            null,
            null,
            null,
            IMAGE_SIZE,
            IMAGE_SIZE,
            normalization.mean(),
            normalization.std());
    return DerivedRun.write(folder, command, config(), facts, network);
  }

  private RunConfig config() {
    RunConfig defaults = RunConfig.defaults();
    return new RunConfig(
            defaults.data(),
            ModelConfig.of(network.spec()),
            defaults.optimization(),
            defaults.skipping(),
            defaults.execution())
        .with(
            Map.of(
                "dataset",
                dataset(network.spec().classes()),
                "normalization",
                normalization.text()));
  }

  /** What was recognized, by name, for JSON. */
  public Map<String, @Nullable Object> values() {
    ModelConfig model = ModelConfig.of(network.spec());
    ModelCost cost = ModelCost.of(network.spec(), IMAGE_SIZE, IMAGE_SIZE);
    Map<String, HostTensor> state = network.state();
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("file", file.toString());
    values.put("arch", model.arch());
    values.put("depth", model.depth());
    values.put("block", model.block());
    values.put("classes", network.spec().classes());
    values.put("shortcut", model.shortcut());
    values.put("gate", model.gate());
    values.put("gate_at", model.gateAt());
    values.put("parameters", cost.parameters());
    values.put("macs", cost.macs());
    values.put("pixel_mean", normalization.mean());
    values.put("pixel_std", normalization.std());
    values.put("weights_sha256", SummaryWriter.sha256(state));
    values.put("numbers", numbers);
    values.put("assumptions", assumptions);
    return values;
  }
}
