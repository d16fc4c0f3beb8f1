package dev.softgate.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.softgate.BadInputException;
import dev.softgate.config.ModelConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Datasets;
import dev.softgate.data.Normalization;
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
 * A network trained elsewhere that becomes a run: from a file with its parameters to a folder that
 * evaluation, prediction and initialization accept.
 *
 * @param request the file, and what the user knows about it
 * @param network the network, with its weights
 * @param normalization the normalization that it expects
 * @param numbers the file's numbers beside the parameters, such as {@code epoch} and {@code acc}
 * @param passedOver entries of the file that were not read: description by name
 * @param assumptions what neither the file nor the user settled, one line each
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
      throw e.in(request.file());
    }
    String problem = StateRules.problem(recognized.state());
    if (problem != null) {
      throw new BadInputException(request.file() + ": " + problem + "; take another file");
    }
    ResNet network =
        ResNet.restore(recognized.spec(), recognized.state())
            .named("the network of " + request.file());
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

  /** The CIFAR set with that many classes; CIFAR-10 if there is none. */
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
   * @param folder the folder to create
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

  /**
   * What {@code import} reports.
   *
   * @param run the new run's folder
   * @param file the imported file
   * @param macs multiply-accumulates of one image's forward pass
   * @param pixelMean C, in units of 255
   * @param pixelStd C, in units of 255
   * @param accuracy the chosen candidate's accuracy; null if none were evaluated
   * @param candidates nearest to the expected accuracy first; null if none were evaluated
   */
  @SuppressWarnings("ArrayRecordComponent") // printed, never compared
  public record Report(
      Path run,
      Path file,
      String arch,
      int depth,
      String block,
      int classes,
      String bottleneckStride,
      String shortcut,
      String gate,
      @Nullable List<Integer> gateAt,
      long parameters,
      long macs,
      float[] pixelMean,
      float[] pixelStd,
      String weightsSha256,
      Map<String, Number> numbers,
      Map<String, String> passedOver,
      List<String> assumptions,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Double accuracy,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<Alternative> candidates) {}

  /**
   * What the file may hold.
   *
   * @param accuracy accuracy on the images
   * @param images how many test images were evaluated
   * @param options the options that select it
   */
  record Alternative(double accuracy, int images, String options) {}

  /**
   * Reports what was recognized.
   *
   * @param run the folder that was written
   * @param candidates the evaluated candidates; may be empty
   */
  public Report report(Path run, List<ImportSearch.Candidate> candidates) {
    ModelConfig model = ModelConfig.of(network.spec());
    ModelCost cost = ModelCost.of(network.spec(), IMAGE_SIZE, IMAGE_SIZE);
    return new Report(
        run,
        request.file(),
        model.arch().text(),
        model.depth(),
        model.block(),
        network.spec().classes(),
        model.bottleneckStride(),
        model.shortcut().text(),
        model.gate().text(),
        model.gateAt(),
        cost.parameters(),
        cost.macs(),
        normalization.mean(),
        normalization.std(),
        SummaryWriter.sha256(network.state()),
        numbers,
        passedOver,
        assumptions,
        candidates.isEmpty() ? null : candidates.get(0).accuracy(),
        candidates.isEmpty()
            ? null
            : candidates.stream()
                .map(each -> new Alternative(each.accuracy(), each.images(), each.options()))
                .toList());
  }
}
