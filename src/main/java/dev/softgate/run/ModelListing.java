package dev.softgate.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.softgate.config.ModelConfig;
import dev.softgate.config.Presets;
import dev.softgate.config.PublishedAccuracy;
import dev.softgate.config.RunConfig;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import dev.softgate.model.Architecture;
import dev.softgate.model.ModelCost;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.StemKind;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A network with its cost for one image and, of a recipe, the accuracy that was published.
 *
 * @param preset the recipe's name; null for a network given by options
 * @param units how many each stage has
 * @param gateText the gate in few words: {@code exclusive, cross-entropy, 3x3-tube}
 * @param macs multiply-accumulates of one image's forward pass
 * @param additionalMacs the multiply-accumulates of the additional layers
 * @param additionalShare the fraction of all multiply-accumulates that these are, in [0, 1)
 * @param publishedAccuracy the mean over the published runs, a fraction; null if none was published
 * @param publishedDeviation over these runs, a fraction; null of one run
 * @param publishedRuns how many, each with a seed of its own
 * @param publishedSource where they were published
 */
public record ModelListing(
    @Nullable String preset,
    String arch,
    int depth,
    String block,
    int classes,
    String bottleneckStride,
    String shortcut,
    String stem,
    List<Integer> units,
    String gate,
    List<Integer> gateAt,
    List<Integer> gateAfter,
    String gateTap,
    String gatePenalty,
    String gateKernel,
    @JsonIgnore String gateText,
    long parameters,
    long macs,
    long additionalMacs,
    double additionalShare,
    @Nullable Double publishedAccuracy,
    @Nullable Double publishedDeviation,
    @Nullable Integer publishedRuns,
    @Nullable String publishedSource) {

  private static final Map<String, Integer> CLASSES =
      Map.of("cifar10", 10, "cifar100", 100, "synthetic", 10);

  private static final int IMAGENET_CLASSES = 1000;
  private static final int IMAGENET_SIZE = 224;

  /**
   * The network of a recipe, for square images.
   *
   * @param imageSize height and width, in pixels
   */
  public static ModelListing ofRecipe(String name, int imageSize) {
    RunConfig config = Presets.load(name);
    Integer classes = CLASSES.get(config.data().dataset());
    if (classes == null) {
      throw new IllegalStateException("recipe " + name + " is of an unknown data set");
    }
    return of(name, config.model(), classes, imageSize);
  }

  /**
   * A network, for square images.
   *
   * @param imageSize height and width, in pixels
   * @throws dev.softgate.BadInputException if there is no such network
   */
  public static ModelListing of(ModelConfig model, int classes, int imageSize) {
    return of(null, model, classes, imageSize);
  }

  /** ImageNet's networks that are known by name, without gates: 1,000 classes, 224×224 pixels. */
  static List<ModelListing> ofImageNet() {
    return Arrays.stream(Architecture.values())
        .filter(Architecture::isFixed)
        .map(
            arch ->
                of(
                    RunConfig.defaults()
                        .with(
                            Map.of(
                                "arch",
                                arch.text(),
                                "stem",
                                StemKind.IMAGENET.text(),
                                "gate",
                                GateKind.NONE.text()))
                        .model(),
                    IMAGENET_CLASSES,
                    IMAGENET_SIZE))
        .toList();
  }

  private static ModelListing of(
      @Nullable String preset, ModelConfig model, int classes, int imageSize) {
    ModelSpec spec = model.spec(classes);
    GateSpec gate = spec.gate();
    ModelCost cost = ModelCost.of(spec, imageSize, imageSize);
    PublishedAccuracy published = preset == null ? null : PublishedAccuracy.of(preset);
    return new ModelListing(
        preset,
        model.arch().text(),
        model.depth(),
        model.block(),
        classes,
        model.bottleneckStride(),
        model.shortcut().text(),
        spec.stem().text(),
        IntStream.rangeClosed(1, spec.stages()).mapToObj(spec::units).toList(),
        model.gate().text(),
        gate.stages(),
        gate.after(),
        model.gateTap().text(),
        model.gatePenalty().text(),
        model.gateKernel().text(),
        gateText(gate),
        cost.parameters(),
        cost.macs(),
        cost.additionalMacs(),
        (double) cost.additionalMacs() / cost.macs(),
        published == null ? null : published.mean(),
        published == null ? null : published.deviation(),
        published == null ? null : published.runs(),
        published == null ? null : published.source());
  }

  private static String gateText(GateSpec gate) {
    StringBuilder text = new StringBuilder(gate.kind().text());
    if (!gate.hasPublishedPlace()) {
      text.append(" at ").append(list(gate.stages()));
      if (gate.isLate()) {
        text.append(" after ").append(list(gate.after()));
      }
    }
    if (gate.penalty() != GatePenalty.NONE) {
      text.append(", ").append(gate.penalty().text());
    }
    if (gate instanceof UnitGateSpec unit && unit.kernel() != GateKernel.ELEMENT_1X1) {
      text.append(", ").append(unit.kernel().text());
    }
    if (gate instanceof StageGateSpec stage && stage.calibration() == GateCalibration.RAW) {
      text.append(", ").append(stage.calibration().text());
    }
    return text.toString();
  }

  private static String list(List<Integer> numbers) {
    return numbers.toString().replaceAll("[\\[\\] ]", "");
  }
}
