package dev.softgate.config;

import dev.softgate.BadInputException;
import dev.softgate.Range;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateFamily;
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
import dev.softgate.model.Layout;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ShortcutKind;
import dev.softgate.model.StemKind;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The network of a run. */
public record ModelConfig(
    @Setting(
            help =
                "resnet or preresnet; or by name, with the block, depth and stem that it has:"
                    + " resnet18, resnet34 (for CIFAR; with {stem} imagenet torchvision's),"
                    + " resnet50, resnet101, resnet152, wide_resnet50_2, wide_resnet101_2",
            label = "NAME",
            value = "resnet",
            published = "-a")
        Architecture arch,
    @Setting(
            help = "Layers: 6n+2 with basic blocks, 9n+2 with bottlenecks; those of {units}",
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
            value = "projection")
        ShortcutKind shortcut,
    @Setting(
            help = "Kind of the gate, as softgate models lists them; none for the plain baseline",
            value = "classifier",
            ofGate = true)
        GateKind gate,
    @Setting(
            help =
                "Stages with a gate, such as 2,3. Without it, or with none: stage 3; all stages "
                    + "for gates in units; all but the first for memory",
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
            ofGate = true)
        GateTap gateTap,
    @Setting(
            help = "How entropy becomes g: normalised, published, unscaled or raw",
            value = "normalised",
            ofGate = true)
        GateCalibration gateCalibration,
    @Setting(
            help =
                "Loss term for the gate, weighted by {lambda-mem}: l2, cross-entropy,"
                    + " binary-cross-entropy or {default}",
            value = "none",
            ofGate = true)
        GatePenalty gatePenalty,
    @Setting(
            help = "Gates in units decide by 1x1-element, 1x1-tube or 3x3-tube",
            value = "1x1-element",
            ofGate = true)
        GateKernel gateKernel,
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
            value = "soft",
            earlier = "soft",
            ofGate = true)
        GateMix gateMix,
    @Setting(
            help = "With {gate} memory: share of a unit's channels that is general",
            value = "0.25",
            earlier = "0.25",
            ofGate = true)
        @Range(from = 0, to = 1, above = true)
        double memoryShare,
    @Setting(
            help = "With {gate} memory: share of the other channels that a training image owns",
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
        @Nullable List<Integer> innerWidths,
    @Setting(
            help =
                "The first layers: cifar, a 3x3 convolution; pooled, the same and 3x3 max pooling"
                    + " with stride 2; or imagenet, a 7x7 convolution with stride 2 and that"
                    + " pooling",
            label = "KIND",
            value = "cifar",
            earlier = "cifar")
        StemKind stem,
    @Setting(
            help =
                "Units of each of three or four stages, such as 3,4,6,3; none for equal stages of"
                    + " {depth}",
            label = "N",
            form = Form.NOT_EMPTY,
            earlier = "none")
        @Range(from = 1)
        @Nullable List<Integer> units,
    @Setting(
            help = "Channels of the stem; none for those inside the first stage's units",
            label = "C",
            earlier = "none")
        @Range(from = 1)
        @Nullable Integer stemWidth) {

  public ModelConfig {
    units = units == null ? null : List.copyOf(units);
    gateAt = gateAt == null ? null : List.copyOf(gateAt);
    gateAfter = gateAfter == null ? null : List.copyOf(gateAfter);
    widths = widths == null ? null : List.copyOf(widths);
    innerWidths = innerWidths == null ? null : List.copyOf(innerWidths);
  }

  /** The network that this configuration asks for; throws BadInputException if there is none. */
  public ModelSpec spec(int classes) {
    BlockKind kind =
        Arrays.stream(BlockKind.values())
            .filter(each -> each.text().equals(block))
            .findFirst()
            .orElseThrow();
    if (!kind.stridingFirst(true).stride().equals("1x1") && bottleneckStride.equals("1x1")) {
      throw new BadInputException("{bottleneck-stride} 1x1 requires {block} bottleneck");
    }
    return new ModelSpec(
        arch,
        kind.stridingFirst(bottleneckStride.equals("1x1")),
        depth,
        classes,
        shortcut,
        gateSpec(),
        new Layout(
            stem,
            listed(units),
            listed(widths),
            listed(innerWidths),
            stemWidth == null ? 0 : stemWidth));
  }

  private static List<Integer> listed(@Nullable List<Integer> numbers) {
    return numbers == null ? List.of() : numbers;
  }

  private static @Nullable List<Integer> given(List<Integer> numbers) {
    return numbers.isEmpty() ? null : numbers;
  }

  /** How many stages there are, if there is such a network. */
  private int stages() {
    List<Integer> counts = arch.isFixed() ? arch.units() : listed(units);
    return counts.isEmpty() ? Architecture.EQUAL_STAGES : counts.size();
  }

  private GateSpec gateSpec() {
    GateFamily family = gate.family();
    gateMix.require(family, gateTap);
    gate.requirePenalty(gatePenalty);
    List<Integer> stages =
        gateAt != null
            ? gateAt
            : family.defaultStages(stages(), Architecture.gatedStages(stages(), stem, arch));
    return switch (family) {
      case NONE -> GateSpec.none();
      case STAGE ->
          new StageGateSpec(
              gate,
              stages,
              gateAfter != null ? gateAfter : List.of(),
              gateTap,
              gateCalibration,
              gatePenalty,
              gateMix);
      case UNIT -> new UnitGateSpec(gate, stages, gatePenalty, gateKernel, gateBias);
      case CHANNELS -> new OwnedChannelsSpec(stages, memoryShare, memoryDensity);
    };
  }

  /** The configuration of a network, with {@link #gateAt} written out; the rest are defaults. */
  public static ModelConfig of(ModelSpec spec) {
    ModelConfig defaults = RunConfig.defaults().model();
    GateSpec gate = spec.gate();
    StageGateSpec onStage = gate instanceof StageGateSpec stage ? stage : null;
    UnitGateSpec inUnit = gate instanceof UnitGateSpec unit ? unit : null;
    OwnedChannelsSpec owned = gate instanceof OwnedChannelsSpec channels ? channels : null;
    return new ModelConfig(
        spec.arch(),
        spec.depth(),
        spec.block().text(),
        spec.block().stride(),
        spec.shortcut(),
        gate.kind(),
        gate.exists() ? gate.stages() : null,
        gate.isLate() ? gate.after() : null,
        onStage == null ? defaults.gateTap() : onStage.tap(),
        calibration(gate, defaults),
        gate.penalty(),
        inUnit == null ? defaults.gateKernel() : inUnit.kernel(),
        inUnit == null ? defaults.gateBias() : inUnit.bias(),
        onStage == null ? defaults.gateMix() : onStage.mix(),
        owned == null ? defaults.memoryShare() : owned.share(),
        owned == null ? defaults.memoryDensity() : owned.density(),
        given(spec.layout().widths()),
        given(spec.layout().innerWidths()),
        spec.stem(),
        given(spec.layout().units()),
        spec.layout().stemWidth() == 0 ? null : spec.layout().stemWidth());
  }

  /** Files of imported networks with gates in units name another one, without effect. */
  private static GateCalibration calibration(GateSpec gate, ModelConfig defaults) {
    if (gate instanceof StageGateSpec stage) {
      return stage.calibration();
    }
    return gate.weighsUnits() ? GateCalibration.UNSCALED : defaults.gateCalibration();
  }
}
