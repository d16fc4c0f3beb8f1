package dev.softgate.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.softgate.BadInputException;
import dev.softgate.config.ModelConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Decoding;
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
import org.jspecify.annotations.Nullable;

/**
 * A network trained elsewhere that becomes a run: from a file with its parameters to a folder that
 * evaluation, prediction and initialization accept.
 *
 * @param request the file, and what the user knows about it
 * @param network the network, with its weights
 * @param images the images that it is for
 * @param numbers the file's numbers beside the parameters, such as {@code epoch} and {@code acc}
 * @param passedOver entries of the file that were not read: description by name
 * @param assumptions what neither the file nor the user settled, one line each
 */
public record ImportedNetwork(
    ImportRequest request,
    ResNet network,
    ImportedImages images,
    Map<String, Number> numbers,
    Map<String, String> passedOver,
    List<String> assumptions) {

  /** How many classes a classifier of zeros has: fewer have no entropy. */
  private static final int UNTRAINED_CLASSES = 2;

  /**
   * Reads a file: PyTorch's, of either format, or safetensors, with a state dict.
   *
   * @throws BadInputException if it is not readable or not a network of this program
   */
  public static ImportedNetwork read(ImportRequest request) {
    TorchFile.Contents contents = request.contents();
    StateRecognition.Recognized recognized;
    try {
      recognized =
          StateRecognition.of(
              contents.tensors(),
              request.hints(),
              contents.prefix(),
              request.featuresOnly() ? UNTRAINED_CLASSES : 0);
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
    ImportedImages images = ImportedImages.of(request, network.spec(), assumptions);
    if (request.featuresOnly()) {
      assumptions.add(
          "it has no classifier of its own: predictions mean nothing, use it for its features"
              + " (softgate features, score --features, train --init features:)");
    }
    return new ImportedNetwork(request, network, images, numbers, passedOver, assumptions);
  }

  /** The same weights in what they are found to be. */
  public ImportedNetwork as(ImportSearch.Candidate found, List<String> assumed) {
    return new ImportedNetwork(
        request,
        ResNet.restore(found.spec(), network.state()).named(network.name()),
        images.normalized(found.normalization()),
        numbers,
        passedOver,
        assumed);
  }

  /** The set that such a network is usually evaluated on. */
  public String dataset() {
    return images.dataset();
  }

  /** The same decoding for images of its size. */
  public Decoding sized(Decoding decoding) {
    return decoding.sized(images.size().height(), images.size().width(), decoding.resize());
  }

  /** The normalization that it expects. */
  public Normalization normalization() {
    return images.normalization();
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
            images.classNames(),
            null,
            null,
            null,
            null,
            images.size().height(),
            images.size().width(),
            normalization().mean(),
            normalization().std());
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
                images.dataset(),
                "image-size",
                images.imageSize(),
                "normalization",
                normalization().text()));
  }

  /**
   * What {@code import} reports.
   *
   * @param run the new run's folder
   * @param file the imported file
   * @param imageSize height and width in pixels, as a setting spells it
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
      String stem,
      String imageSize,
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
    ModelCost cost = ModelCost.of(network.spec(), images.size().height(), images.size().width());
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
        model.stem().text(),
        images.imageSize(),
        cost.parameters(),
        cost.macs(),
        normalization().mean(),
        normalization().std(),
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
