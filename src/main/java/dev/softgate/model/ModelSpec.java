package dev.softgate.model;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateSpec;
import java.util.List;
import java.util.stream.IntStream;

/**
 * All that is needed to build a network.
 *
 * @param depth counted in layers with weights: 6n+2 (basic), 9n+2 (bottleneck), 34
 * @param classes K
 * @param shortcut where the shape changes
 * @param widths channels of each stage's units, outside and, but for {@code innerWidths}, inside;
 *     empty for those of the architecture
 * @param innerWidths channels inside each stage's units; empty where they follow from the widths:
 *     equal in basic blocks, a quarter in bottlenecks
 */
public record ModelSpec(
    Architecture arch,
    BlockKind block,
    int depth,
    int classes,
    ShortcutKind shortcut,
    GateSpec gate,
    List<Integer> widths,
    List<Integer> innerWidths) {

  /** Deeper networks are refused: 6n+2 at this depth needs more memory than machines have. */
  private static final int GREATEST_DEPTH = 10_000;

  private static final int MOST_CLASSES = 100_000;
  private static final int GREATEST_WIDTH = 65_536;

  public ModelSpec(
      Architecture arch,
      BlockKind block,
      int depth,
      int classes,
      ShortcutKind shortcut,
      GateSpec gate) {
    this(arch, block, depth, classes, shortcut, gate, List.of(), List.of());
  }

  /** Throws BadInputException, naming the nearest depths, if there is no such network. */
  public ModelSpec {
    widths = List.copyOf(widths);
    innerWidths = List.copyOf(innerWidths);
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new BadInputException(
          "a network needs 1 to " + MOST_CLASSES + " classes, not " + classes);
    }
    if (arch == Architecture.PRERESNET && gate.exists()) {
      throw new BadInputException(
          "{gate} %s: a preresnet is a baseline without gate; use {arch} resnet or {gate} none"
              .formatted(gate.kind().text()));
    }
    requireWidths("widths", arch, shortcut, widths);
    requireWidths("inner-widths", arch, shortcut, innerWidths);
    if (innerWidths.isEmpty() && widths.stream().anyMatch(width -> width % block.expansion() > 0)) {
      throw new BadInputException(
          "widths: must be multiples of %d with bottlenecks, whose inner convolutions have a quarter of the channels, found %s; or give inner-widths"
              .formatted(block.expansion(), widths));
    }
    if (arch == Architecture.RESNET34) {
      requireResNet34(block, depth);
    } else {
      requireDepth(block, depth, gate);
    }
    gate.requireFits(
        new GateSpec.Host(
            arch.text(),
            arch.units(block, depth),
            shortcut == ShortcutKind.PROJECTION,
            block == BlockKind.BASIC,
            classes));
  }

  private static void requireWidths(
      String key, Architecture arch, ShortcutKind shortcut, List<Integer> widths) {
    if (widths.isEmpty()) {
      return;
    }
    if (arch == Architecture.PRERESNET || shortcut != ShortcutKind.PROJECTION) {
      throw new BadInputException(key + ": other widths need a resnet with {shortcut} projection");
    }
    if (widths.size() != arch.stages()
        || widths.stream().anyMatch(width -> width < 1 || width > GREATEST_WIDTH)) {
      throw new BadInputException(
          "%s: must be %d numbers from 1 to %d, one for each stage, found %s"
              .formatted(key, arch.stages(), GREATEST_WIDTH, widths));
    }
  }

  private static void requireResNet34(BlockKind block, int depth) {
    if (block != BlockKind.BASIC || depth != Architecture.RESNET34_DEPTH) {
      throw new BadInputException(
          "a resnet34 has basic blocks and depth 34, not %s and %d; use {block} basic {depth} 34"
              .formatted(block.text(), depth));
    }
  }

  private static void requireDepth(BlockKind block, int depth, GateSpec gate) {
    int least = gate.leastUnits();
    int step = block.depthStep();
    int n = Math.floorDiv(depth - 2, step);
    boolean fits = depth == step * n + 2 && n >= least && depth <= GREATEST_DEPTH;
    if (!fits) {
      int highest = (GREATEST_DEPTH - 2) / step;
      int below = Math.min(Math.max(n, least), highest);
      int above = Math.min(Math.max(n + 1, least), highest);
      String nearest = (step * below + 2) + (above > below ? " or " + (step * above + 2) : "");
      throw new BadInputException(
          "{depth} %d does not fit a %s network%s: depth is %dn+2 with n from %d to %d; nearest: %s"
              .formatted(
                  depth,
                  block.text(),
                  gate.exists() ? " with a gate" : "",
                  step,
                  least,
                  highest,
                  nearest));
    }
  }

  /** A network of three stages with projections. */
  public static ModelSpec resnet(BlockKind block, int depth, int classes, GateSpec gate) {
    return new ModelSpec(Architecture.RESNET, block, depth, classes, ShortcutKind.PROJECTION, gate);
  }

  /** Whether a network has the same layers and gates; soft and hard mixes have them alike. */
  public boolean sameLayersAs(ModelSpec other) {
    return softlyMixed().equals(other.softlyMixed());
  }

  private ModelSpec softlyMixed() {
    return new ModelSpec(arch, block, depth, classes, shortcut, gate.soft(), widths, innerWidths);
  }

  public int units(int stage) {
    return arch.units(block, depth).get(stage - 1);
  }

  /** Units of a stage, from 1, that all images pass: all units, or the units before its gate. */
  public int sharedUnits(int stage) {
    return gate.unitsBefore(stage, units(stage));
  }

  /** Units of a stage, from 1, that come after its gate; 0 where no gate sits on it. */
  public int additionalUnits(int stage) {
    return units(stage) - sharedUnits(stage);
  }

  /** How many gates there are, on stages or in units. */
  public int gates() {
    return IntStream.rangeClosed(1, arch.stages())
        .map(stage -> gate.gates(stage, units(stage)))
        .sum();
  }

  public boolean gated() {
    return gate.exists();
  }

  /** Whether gates weigh the branch against the shortcut inside units. */
  public boolean gatedInUnits() {
    return gate.weighsUnits();
  }

  /** Channels of a stage's maps, from 1. */
  public int channels(int stage) {
    return widths.isEmpty() ? arch.planes(stage) * block.expansion() : widths.get(stage - 1);
  }

  /** Channels between the convolutions of a stage's units, from 1. */
  int inner(int stage) {
    if (!innerWidths.isEmpty()) {
      return innerWidths.get(stage - 1);
    }
    return widths.isEmpty() ? arch.planes(stage) : widths.get(stage - 1) / block.expansion();
  }

  /** Channels of the stem's output: as many as inside the units of the first stage. */
  int stemChannels() {
    return inner(1);
  }

  /** Whether a unit's shortcut is a projection: where its shape changes, now or at full width. */
  boolean projects(int stage, int index) {
    boolean changesShape = stage > 1 || stemChannels() != channels(1) || block.expansion() > 1;
    return index == 0 && changesShape && shortcut == ShortcutKind.PROJECTION;
  }

  /** How a unit's shortcut is made; {@link ShortcutKind#PAD} where it is the input itself. */
  ShortcutKind shortcut(int stage, int index) {
    return shortcut == ShortcutKind.PROJECTION && !projects(stage, index)
        ? ShortcutKind.PAD
        : shortcut;
  }

  /** Channels of the last features, which the classifier sees. */
  public int features() {
    return channels(arch.stages());
  }

  String unitName(int stage, int index) {
    return UnitNames.of(this, stage, index);
  }

  String gateName(int stage) {
    return gate.hasPublishedPlace() ? "g_layer" : "g_layer_b" + stage;
  }
}
