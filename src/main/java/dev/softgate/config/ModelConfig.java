package dev.softgate.config;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateMix;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.MemorySpec;
import dev.softgate.model.Architecture;
import dev.softgate.model.BlockKind;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ShortcutKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The network of a run.
 *
 * @param arch {@code resnet}, the CIFAR ResNet of three stages; {@code preresnet}, with batch norm
 *     and ReLU before each convolution; {@code resnet34}, the one for ImageNet with a small stem
 * @param depth layers with weights: 6n+2 with basic blocks, 9n+2 with bottlenecks, 34
 * @param block {@code basic} or {@code bottleneck}
 * @param bottleneckStride which convolution of a bottleneck strides, {@code 3x3} or {@code 1x1}
 * @param shortcut where the shape changes: {@code projection}, or without parameters {@code pad},
 *     {@code pad-end} or {@code subsample-end} ({@link ShortcutKind})
 * @param gate a member of the family ({@link GateKind}), or {@code none} for the plain baseline
 * @param gateAt the stages that have the gate, from 1; null for the published place: stage 3, or
 *     all stages for gates in units, or all but the first for a memory gate
 * @param gateAfter how many units of each of these stages come before a gate on it, one number for
 *     all or one for each, by ascending stage; null for one unit
 * @param gateTap where a gate on a stage looks: {@code entry} of the additional layers (o1) or
 *     their {@code exit} (o2)
 * @param gateCalibration how the entropy becomes g: {@code normalised}, {@code published}, {@code
 *     unscaled} or {@code raw}
 * @param gatePenalty what presses on the gate: {@code none}, {@code l2}, {@code cross-entropy} or
 *     {@code binary-cross-entropy}
 * @param gateKernel what a gate in a unit decides apart: {@code 1x1-element}, {@code 1x1-tube} or
 *     {@code 3x3-tube}
 * @param gateBias from which the bias of gates in units starts
 * @param gateMix what a gate on a stage makes of g: {@code soft}, the weight of the additional
 *     layers, or {@code hard}, a decision for or against them
 * @param memoryShare of the channels under a memory gate that are general
 * @param memoryDensity of the others, the probability that one belongs to a training image
 * @param widths channels of each stage, see {@link ModelSpec}; null for those of the architecture
 * @param innerWidths channels inside each stage's units; null where they follow from the widths
 */
public record ModelConfig(
    String arch,
    int depth,
    String block,
    String bottleneckStride,
    String shortcut,
    String gate,
    @Nullable List<Integer> gateAt,
    @Nullable List<Integer> gateAfter,
    String gateTap,
    String gateCalibration,
    String gatePenalty,
    String gateKernel,
    double gateBias,
    String gateMix,
    double memoryShare,
    double memoryDensity,
    @Nullable List<Integer> widths,
    @Nullable List<Integer> innerWidths) {

  private static final int PUBLISHED_STAGE = 3;

  /** The architectures that there are. */
  public static final List<String> ARCHITECTURES = texts(Architecture.values(), Architecture::text);

  /** The gates that there are, {@code none} included. */
  public static final List<String> GATES = texts(GateKind.values(), GateKind::text);

  static final String MEMORY = GateKind.OWNED_CHANNELS.text();
  static final List<String> PENALTIES = texts(GatePenalty.values(), GatePenalty::text);
  static final List<String> KERNELS = texts(GateKernel.values(), GateKernel::text);
  static final List<String> BLOCKS =
      Arrays.stream(BlockKind.values()).map(BlockKind::text).distinct().toList();
  static final List<String> STRIDES =
      Arrays.stream(BlockKind.values()).map(BlockKind::stride).distinct().toList();
  static final List<String> SHORTCUTS = texts(ShortcutKind.values(), ShortcutKind::text);
  static final List<String> TAPS = texts(GateTap.values(), ModelConfig::text);
  static final List<String> MIXES = texts(GateMix.values(), ModelConfig::text);
  static final List<String> CALIBRATIONS = texts(GateCalibration.values(), ModelConfig::text);

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
    GateKind kind = of(GateKind.values(), GateKind::text, gate);
    BlockKind units = of(BlockKind.values(), BlockKind::text, block);
    if (!units.stridingFirst(true).stride().equals("1x1") && bottleneckStride.equals("1x1")) {
      throw new BadInputException("--bottleneck-stride 1x1 requires --block bottleneck");
    }
    return new ModelSpec(
        architecture,
        units.stridingFirst(bottleneckStride.equals("1x1")),
        depth,
        classes,
        of(ShortcutKind.values(), ShortcutKind::text, shortcut),
        new GateSpec(
            kind,
            gateAt != null ? gateAt : publishedStages(architecture, kind),
            gateAfter != null ? gateAfter : List.of(),
            of(GateTap.values(), ModelConfig::text, gateTap),
            of(GateCalibration.values(), ModelConfig::text, gateCalibration),
            of(GatePenalty.values(), GatePenalty::text, gatePenalty),
            of(GateKernel.values(), GateKernel::text, gateKernel),
            gateBias,
            of(GateMix.values(), ModelConfig::text, gateMix),
            new MemorySpec(memoryShare, memoryDensity)),
        widths == null ? List.of() : widths,
        innerWidths == null ? List.of() : innerWidths);
  }

  private static List<Integer> publishedStages(Architecture architecture, GateKind kind) {
    int first = kind.inUnits() ? 1 : kind.onChannels() ? 2 : PUBLISHED_STAGE;
    int last = kind.onStages() ? PUBLISHED_STAGE : architecture.stages();
    return IntStream.rangeClosed(first, last).boxed().toList();
  }

  /**
   * The configuration of a network: what {@link #spec} was made from, but for {@link #gateAt},
   * which is written out.
   */
  public static ModelConfig of(ModelSpec spec) {
    GateSpec gate = spec.gate();
    return new ModelConfig(
        spec.arch().text(),
        spec.depth(),
        spec.block().text(),
        spec.block().stride(),
        spec.shortcut().text(),
        gate.kind().text(),
        gate.exists() ? gate.stages() : null,
        gate.isLate() ? gate.after() : null,
        text(gate.tap()),
        text(gate.calibration()),
        gate.penalty().text(),
        gate.kernel().text(),
        gate.bias(),
        text(gate.mix()),
        gate.memory().share(),
        gate.memory().density(),
        spec.widths().isEmpty() ? null : spec.widths(),
        spec.innerWidths().isEmpty() ? null : spec.innerWidths());
  }

  private static String text(Enum<?> choice) {
    return choice.name().toLowerCase(Locale.ROOT);
  }

  private static <E> List<String> texts(E[] choices, Function<? super E, String> text) {
    return Arrays.stream(choices).<String>map(text).toList();
  }

  private static <E> E of(E[] choices, Function<? super E, String> text, String wanted) {
    return Arrays.stream(choices)
        .filter(choice -> text.apply(choice).equals(wanted))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no choice " + wanted));
  }
}
