package dev.softgate.config;

import dev.softgate.BadInputException;
import dev.softgate.Range;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateMix;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.OwnedChannelsSpec;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import dev.softgate.model.Architecture;
import dev.softgate.model.BlockKind;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ShortcutKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The network of a run. */
public record ModelConfig(
    @Setting(
            help = "resnet, preresnet or resnet34",
            label = "NAME",
            value = "resnet",
            choices = {"resnet", "preresnet", "resnet34"},
            published = "-a")
        String arch,
    @Setting(
            help = "Layers: 6n+2 with basic blocks, 9n+2 with bottlenecks, 34",
            label = "N",
            value = "110")
        @Range(from = 1, to = 100_000)
        int depth,
    @Setting(
            help = "basic or bottleneck",
            label = "KIND",
            value = "basic",
            choices = {"basic", "bottleneck"},
            published = "--block-name")
        String block,
    @Setting(
            help = "The convolution of a bottleneck that strides: 3x3 or 1x1",
            label = "KERNEL",
            value = "3x3",
            choices = {"3x3", "1x1"},
            earlier = "3x3")
        String bottleneckStride,
    @Setting(
            help =
                "Where the width changes: projection, or without parameters pad (every second "
                    + "pixel, zeros on both sides), pad-end (2x2 averages, zeros at the end) or "
                    + "subsample-end (every second pixel, zeros at the end)",
            label = "KIND",
            value = "projection",
            choices = {"projection", "pad", "pad-end", "subsample-end"})
        String shortcut,
    @Setting(
            help =
                "On a stage: classifier, entropy, sigmoid or two-way; in units: exclusive or "
                    + "shortcut; on channels: memory; none for the plain baseline",
            label = "KIND",
            value = "classifier",
            choices = {
              "none",
              "classifier",
              "entropy",
              "sigmoid",
              "two-way",
              "exclusive",
              "shortcut",
              "memory"
            },
            ofGate = true)
        String gate,
    @Setting(
            help =
                "The stages that have the gate, such as 2,3; none for the usual: 3; all for gates "
                    + "in units; all but the first for memory",
            label = "STAGE",
            ofGate = true)
        @Nullable List<Integer> gateAt,
    @Setting(
            help =
                "How many units of a stage come before the gate on it: one number, or one for "
                    + "each stage of {gate-at}, such as 3,1; none for 1",
            label = "UNITS",
            form = Form.NOT_EMPTY,
            earlier = "none",
            ofGate = true)
        @Range(from = 1)
        @Nullable List<Integer> gateAfter,
    @Setting(
            help = "Where the gate looks: at the entry or the exit of the additional layers",
            label = "PLACE",
            value = "entry",
            choices = {"entry", "exit"},
            ofGate = true)
        String gateTap,
    @Setting(
            help = "From entropy to g: normalised, published, unscaled or raw",
            label = "KIND",
            value = "normalised",
            choices = {"normalised", "published", "unscaled", "raw"},
            ofGate = true)
        String gateCalibration,
    @Setting(
            help = "What presses on the gate: l2, cross-entropy, binary-cross-entropy or {default}",
            label = "KIND",
            value = "none",
            choices = {"none", "l2", "cross-entropy", "binary-cross-entropy"},
            ofGate = true)
        String gatePenalty,
    @Setting(
            help = "Gates in units decide by 1x1-element, 1x1-tube or 3x3-tube",
            label = "KIND",
            value = "1x1-element",
            choices = {"1x1-element", "1x1-tube", "3x3-tube"},
            ofGate = true)
        String gateKernel,
    @Setting(
            help = "Where the bias of gates in units starts",
            label = "B",
            value = "-6.0",
            ofGate = true)
        @Range(from = -100, to = 100)
        double gateBias,
    @Setting(
            help =
                "How a gate on a stage uses g: soft, as a weight, or hard, as a decision "
                    + "({default}; hard with {target-skip})",
            label = "KIND",
            value = "soft",
            choices = {"soft", "hard"},
            earlier = "soft",
            ofGate = true)
        String gateMix,
    @Setting(
            help = "With {gate} memory: share of a unit's channels that is general",
            label = "P",
            value = "0.25",
            earlier = "0.25",
            ofGate = true)
        @Range(from = 0, to = 1, above = true)
        double memoryShare,
    @Setting(
            help = "With {gate} memory: share of the other channels that a training image owns",
            label = "P",
            value = "0.1",
            earlier = "0.1",
            ofGate = true)
        @Range(from = 0, to = 1)
        double memoryDensity,
    @Setting(
            help =
                "Channels of each stage, inside its units and out of them, such as 32,64,128; the "
                    + "stem has the first; none for the architecture's",
            label = "C",
            earlier = "none")
        @Nullable List<Integer> widths,
    @Setting(
            help =
                "Channels inside each stage's units alone, and of the stem, as softgate extract "
                    + "leaves them; none for those of {widths}, a quarter in bottlenecks",
            label = "C",
            earlier = "none")
        @Nullable List<Integer> innerWidths) {

  static final String MEMORY = GateKind.OWNED_CHANNELS.text();

  /** Copies the stages. */
  public ModelConfig {
    gateAt = gateAt == null ? null : List.copyOf(gateAt);
    gateAfter = gateAfter == null ? null : List.copyOf(gateAfter);
    widths = widths == null ? null : List.copyOf(widths);
    innerWidths = innerWidths == null ? null : List.copyOf(innerWidths);
  }

  /**
   * The network that this configuration asks for.
   *
   * @param classes K, from the data
   * @throws dev.softgate.BadInputException if there is no such network
   */
  public ModelSpec spec(int classes) {
    Architecture architecture = of(Architecture.values(), Architecture::text, arch);
    BlockKind units = of(BlockKind.values(), BlockKind::text, block);
    if (!units.stridingFirst(true).stride().equals("1x1") && bottleneckStride.equals("1x1")) {
      throw new BadInputException("{bottleneck-stride} 1x1 requires {block} bottleneck");
    }
    return new ModelSpec(
        architecture,
        units.stridingFirst(bottleneckStride.equals("1x1")),
        depth,
        classes,
        of(ShortcutKind.values(), ShortcutKind::text, shortcut),
        gateSpec(architecture.stages()),
        widths == null ? List.of() : widths,
        innerWidths == null ? List.of() : innerWidths);
  }

  /** The gate of a network with so many stages. */
  private GateSpec gateSpec(int allStages) {
    GateKind kind = of(GateKind.values(), GateKind::text, gate);
    GateTap tap = of(GateTap.values(), ModelConfig::text, gateTap);
    GateMix mix = of(GateMix.values(), ModelConfig::text, gateMix);
    GatePenalty penalty = of(GatePenalty.values(), GatePenalty::text, gatePenalty);
    mix.require(kind.family(), tap);
    kind.requirePenalty(penalty);
    List<Integer> stages = gateAt != null ? gateAt : kind.family().defaultStages(allStages);
    return switch (kind.family()) {
      case NONE -> GateSpec.NONE;
      case STAGE ->
          new StageGateSpec(
              kind,
              stages,
              gateAfter != null ? gateAfter : List.of(),
              tap,
              of(GateCalibration.values(), ModelConfig::text, gateCalibration),
              penalty,
              mix);
      case UNIT ->
          new UnitGateSpec(
              kind,
              stages,
              penalty,
              of(GateKernel.values(), GateKernel::text, gateKernel),
              gateBias);
      case CHANNELS -> new OwnedChannelsSpec(stages, memoryShare, memoryDensity);
    };
  }

  /**
   * The configuration of a network: what {@link #spec} was made from, but for {@link #gateAt},
   * which is written out. What the gate has not is as by default.
   */
  public static ModelConfig of(ModelSpec spec) {
    ModelConfig defaults = RunConfig.defaults().model();
    GateSpec gate = spec.gate();
    StageGateSpec onStage = gate instanceof StageGateSpec stage ? stage : null;
    UnitGateSpec inUnit = gate instanceof UnitGateSpec unit ? unit : null;
    OwnedChannelsSpec owned = gate instanceof OwnedChannelsSpec channels ? channels : null;
    return new ModelConfig(
        spec.arch().text(),
        spec.depth(),
        spec.block().text(),
        spec.block().stride(),
        spec.shortcut().text(),
        gate.kind().text(),
        gate.exists() ? gate.stages() : null,
        gate.isLate() ? gate.after() : null,
        onStage == null ? defaults.gateTap() : text(onStage.tap()),
        calibration(gate, defaults),
        gate.penalty().text(),
        inUnit == null ? defaults.gateKernel() : inUnit.kernel().text(),
        inUnit == null ? defaults.gateBias() : inUnit.bias(),
        onStage == null ? defaults.gateMix() : text(onStage.mix()),
        owned == null ? defaults.memoryShare() : owned.share(),
        owned == null ? defaults.memoryDensity() : owned.density(),
        spec.widths().isEmpty() ? null : spec.widths(),
        spec.innerWidths().isEmpty() ? null : spec.innerWidths());
  }

  /**
   * Files of imported networks with gates in units name another than the default, without effect.
   */
  private static String calibration(GateSpec gate, ModelConfig defaults) {
    if (gate instanceof StageGateSpec stage) {
      return text(stage.calibration());
    }
    return gate.weighsUnits() ? text(GateCalibration.UNSCALED) : defaults.gateCalibration();
  }

  private static String text(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static <E> E of(E[] choices, Function<? super E, String> text, String wanted) {
    return Arrays.stream(choices)
        .filter(choice -> text.apply(choice).equals(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no choice " + wanted));
  }
}
