package dev.softgate.run;

import dev.softgate.config.ModelConfig;
import dev.softgate.config.Presets;
import dev.softgate.config.PublishedAccuracy;
import dev.softgate.config.RunConfig;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import dev.softgate.model.ModelCost;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A network with what it costs and, of a recipe, what was published.
 *
 * @param recipe its name; null for a network that was asked for
 * @param model which network
 * @param classes K
 * @param cost for one image
 * @param published null if nothing was
 */
public record ModelListing(
    @Nullable String recipe,
    ModelConfig model,
    int classes,
    ModelCost cost,
    @Nullable PublishedAccuracy published) {

  private static final Map<String, Integer> CLASSES =
      Map.of("cifar10", 10, "cifar100", 100, "synthetic", 10);

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
    return new ModelListing(
        name,
        config.model(),
        classes,
        cost(config.model(), classes, imageSize),
        PublishedAccuracy.of(name));
  }

  /**
   * A network, for square images.
   *
   * @param imageSize height and width, in pixels
   * @throws dev.softgate.BadInputException if there is no such network
   */
  public static ModelListing of(ModelConfig model, int classes, int imageSize) {
    return new ModelListing(null, model, classes, cost(model, classes, imageSize), null);
  }

  private static ModelCost cost(ModelConfig model, int classes, int imageSize) {
    return ModelCost.of(model.spec(classes), imageSize, imageSize);
  }

  /** The part of all multiply-accumulates that the additional layers take, in [0, 1). */
  public double additionalShare() {
    return (double) cost.additionalMacs() / cost.macs();
  }

  /** The gate in few words: {@code exclusive, cross-entropy, 3x3-tube}. */
  public String gateText() {
    GateSpec gate = model.spec(classes).gate();
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

  private List<Integer> stages() {
    return model.spec(classes).gate().stages();
  }

  /** The listing by name, for JSON; accuracies are fractions. */
  public Map<String, @Nullable Object> values() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("preset", recipe);
    values.put("arch", model.arch().text());
    values.put("depth", model.depth());
    values.put("block", model.block());
    values.put("classes", classes);
    values.put("bottleneck_stride", model.bottleneckStride());
    values.put("shortcut", model.shortcut().text());
    values.put("gate", model.gate().text());
    values.put("gate_at", stages());
    values.put("gate_after", model.spec(classes).gate().after());
    values.put("gate_tap", model.gateTap().text());
    values.put("gate_penalty", model.gatePenalty().text());
    values.put("gate_kernel", model.gateKernel().text());
    values.put("parameters", cost.parameters());
    values.put("macs", cost.macs());
    values.put("additional_macs", cost.additionalMacs());
    values.put("additional_share", additionalShare());
    values.put("published_accuracy", published == null ? null : published.mean());
    values.put("published_deviation", published == null ? null : published.deviation());
    values.put("published_runs", published == null ? null : published.runs());
    values.put("published_source", published == null ? null : published.source());
    return values;
  }
}
