package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.ModelConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Datasets;
import dev.softgate.data.Normalization;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.pytorch.TorchFile;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ResNet;
import dev.softgate.model.StateRecognition;
import dev.softgate.model.StateRules;
import dev.softgate.training.Checkpoint;
import java.nio.file.Path;
import java.util.ArrayList;
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
 * @param request which file it came from, and what a person said of it
 * @param network with its weights
 * @param normalization of the pixels that it expects
 * @param numbers that the file has beside the parameters, such as {@code epoch} and {@code acc}
 * @param passedOver what else the file has and was not read, by name: what it is
 * @param assumptions that neither file nor person settled, one line each
 */
public record ImportedNetwork(
    ImportRequest request,
    ResNet network,
    Normalization normalization,
    Map<String, Number> numbers,
    Map<String, String> passedOver,
    List<String> assumptions) {

  private static final int IMAGE_SIZE = 32;

  /**
   * Reads a file: PyTorch's, of either format, or safetensors, with a state dict.
   *
   * @throws BadInputException if it is not readable or not a network of this program
   */
  public static ImportedNetwork read(ImportRequest request) {
    TorchFile.Contents contents = request.contents();
    StateRecognition.Recognized recognized;
    try {
      recognized = StateRecognition.of(contents.tensors(), request.hints(), contents.prefix());
    } catch (BadInputException e) {
      throw new BadInputException(request.file() + ": " + e.getMessage(), e);
    }
    ResNet network = new ResNet(recognized.spec(), 0).named("the network of " + request.file());
    String problem = StateRules.problem(recognized.state());
    if (problem != null) {
      throw new BadInputException(request.file() + ": " + problem + "; take another file");
    }
    network.load(recognized.state());
    Map<String, Number> numbers = new LinkedHashMap<>(contents.numbers());
    recognized.counters().forEach((name, tensor) -> numbers.put(name, TorchFile.only(tensor)));
    Map<String, String> passedOver = new LinkedHashMap<>(contents.passedOver());
    passedOver.putAll(recognized.passedOver());
    List<String> assumptions = new ArrayList<>(recognized.assumptions());
    Normalization normalization = request.normalization();
    if (normalization == null) {
      String dataset = dataset(network.spec().classes());
      normalization = Objects.requireNonNull(Normalization.published(dataset));
      String[] pixels = normalization.text().split("/", -1);
      assumptions.add(
          "pixels are normalized as published for %s, mean %s, deviation %s (--pixel-mean, --pixel-std)"
              .formatted(dataset, pixels[0], pixels[1]));
    }
    return new ImportedNetwork(request, network, normalization, numbers, passedOver, assumptions);
  }

  /** The same weights in what they are found to be. */
  public ImportedNetwork as(ImportSearch.Candidate found, List<String> assumed) {
    return new ImportedNetwork(
        request,
        ResNet.restore(found.spec(), network.state()).named(network.name()),
        found.normalization(),
        numbers,
        passedOver,
        assumed);
  }

  /** The CIFAR set with as many classes, to be evaluated on. */
  public String dataset() {
    return dataset(network.spec().classes());
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
    values.put("file", request.file().toString());
    values.put("arch", model.arch());
    values.put("depth", model.depth());
    values.put("block", model.block());
    values.put("classes", network.spec().classes());
    values.put("bottleneck_stride", model.bottleneckStride());
    values.put("shortcut", model.shortcut());
    values.put("gate", model.gate());
    values.put("gate_at", model.gateAt());
    values.put("parameters", cost.parameters());
    values.put("macs", cost.macs());
    values.put("pixel_mean", normalization.mean());
    values.put("pixel_std", normalization.std());
    values.put("weights_sha256", SummaryWriter.sha256(state));
    values.put("numbers", numbers);
    values.put("passed_over", passedOver);
    values.put("assumptions", assumptions);
    return values;
  }
}
