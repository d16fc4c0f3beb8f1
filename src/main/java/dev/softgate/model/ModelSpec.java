package dev.softgate.model;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateSpec;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * All that is needed to build a network.
 *
 * @param depth counted in layers with weights: 6n+2 (basic) or 9n+2 (bottleneck) with equal stages
 * @param classes K
 * @param shortcut where the shape changes
 */
public record ModelSpec(
    Architecture arch,
    BlockKind block,
    int depth,
    int classes,
    ShortcutKind shortcut,
    GateSpec gate,
    Layout layout) {

  /** Deeper networks are refused: 6n+2 at this depth needs more memory than machines have. */
  private static final int GREATEST_DEPTH = 10_000;

  private static final int MOST_CLASSES = 100_000;
  private static final int GREATEST_WIDTH = 65_536;
  private static final int LEAST_STAGES = 3;
  private static final int MOST_STAGES = 4;

  /** A network as the architecture has it. */
  public ModelSpec(
      Architecture arch,
      BlockKind block,
      int depth,
      int classes,
      ShortcutKind shortcut,
      GateSpec gate) {
    this(arch, block, depth, classes, shortcut, gate, Layout.behind(arch.stem()));
  }

  /** Throws BadInputException, naming the nearest depths, if there is no such network. */
  public ModelSpec {
    if (classes < 1 || classes > MOST_CLASSES) {
      throw new BadInputException(
          "a network needs 1 to " + MOST_CLASSES + " classes, not " + classes);
    }
    if (arch == Architecture.PRERESNET && gate.exists()) {
      throw new BadInputException(
          "{gate} %s: a preresnet is a baseline without gate; use {arch} resnet or {gate} none"
              .formatted(gate.kind().text()));
    }
    if (arch == Architecture.PRERESNET && layout.stem() != StemKind.CIFAR) {
      throw new BadInputException(
          "{stem} %s: a preresnet has the stem of CIFAR; use {arch} resnet"
              .formatted(layout.stem().text()));
    }
    if (arch.isFixed()) {
      requireFixed(arch, block, depth, layout);
    } else if (layout.units().isEmpty()) {
      requireDepth(block, depth, gate);
    } else {
      requireUnits(arch, block, depth, layout.units());
    }
    List<Integer> units = units(arch, block, depth, layout);
    requireWidths("widths", arch, shortcut, layout.widths(), units.size());
    requireWidths("inner-widths", arch, shortcut, layout.innerWidths(), units.size());
    if (layout.stemWidth() != 0) {
      requireWidths("stem-width", arch, shortcut, List.of(layout.stemWidth()), 1);
    }
    if (layout.innerWidths().isEmpty()
        && layout.widths().stream().anyMatch(width -> width % block.expansion() > 0)) {
      throw new BadInputException(
          "widths: must be multiples of %d with bottlenecks, whose inner convolutions have a quarter of the channels, found %s; or give inner-widths"
              .formatted(block.expansion(), layout.widths()));
    }
    gate.requireFits(
        new GateSpec.Host(
            arch.text(),
            units,
            shortcut == ShortcutKind.PROJECTION,
            block == BlockKind.BASIC,
            classes));
  }

  private static List<Integer> units(Architecture arch, BlockKind block, int depth, Layout layout) {
    return arch.isFixed()
        ? arch.units()
        : layout.units().isEmpty() ? Architecture.equalStages(block, depth) : layout.units();
  }

  private static void requireWidths(
      String key, Architecture arch, ShortcutKind shortcut, List<Integer> widths, int count) {
    if (widths.isEmpty()) {
      return;
    }
    if (arch == Architecture.PRERESNET || shortcut != ShortcutKind.PROJECTION) {
      throw new BadInputException(key + ": other widths need a resnet with {shortcut} projection");
    }
    if (widths.size() != count
        || widths.stream().anyMatch(width -> width < 1 || width > GREATEST_WIDTH)) {
      throw new BadInputException(
          count == 1
              ? "%s: must be a number from 1 to %d, found %s".formatted(key, GREATEST_WIDTH, widths)
              : "%s: must be %d numbers from 1 to %d, one for each stage, found %s"
                  .formatted(key, count, GREATEST_WIDTH, widths));
    }
  }

  private static void requireFixed(Architecture arch, BlockKind block, int depth, Layout layout) {
    BlockKind own = Objects.requireNonNull(arch.block());
    int ownDepth = own.depth(arch.units());
    if (!block.text().equals(own.text()) || depth != ownDepth) {
      throw new BadInputException(
          "a %1$s has %2$s blocks and depth %3$d, not %4$s and %5$d; use {block} %2$s {depth} %3$d, or {arch} resnet"
              .formatted(arch.text(), own.text(), ownDepth, block.text(), depth));
    }
    if (!layout.units().isEmpty() && !layout.units().equals(arch.units())) {
      throw new BadInputException(
          "{units} %s: a %s has %s; use {arch} resnet for others"
              .formatted(layout.units(), arch.text(), arch.units()));
    }
  }

  private static void requireUnits(
      Architecture arch, BlockKind block, int depth, List<Integer> units) {
    if (arch != Architecture.RESNET) {
      throw new BadInputException(
          "{units} %s: needs {arch} resnet, not %s".formatted(units, arch.text()));
    }
    if (units.size() < LEAST_STAGES || units.size() > MOST_STAGES || least(units) < 1) {
      throw new BadInputException(
          "{units}: must be %d or %d numbers of at least 1, one for each stage, found %s"
              .formatted(LEAST_STAGES, MOST_STAGES, units));
    }
    int layers = block.depth(units);
    if (layers > GREATEST_DEPTH) {
      throw new BadInputException(
          "{units} %s: these are %d layers; the most are %d"
              .formatted(units, layers, GREATEST_DEPTH));
    }
    if (depth != layers) {
      throw new BadInputException(
          "{depth} %d: {block} %s and {units} %s make %d layers; leave {depth} out"
              .formatted(depth, block.text(), units, layers));
    }
  }

  private static int least(List<Integer> units) {
    return units.stream().mapToInt(Integer::intValue).min().orElse(0);
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
    return new ModelSpec(arch, block, depth, classes, shortcut, gate.soft(), layout);
  }

  /** How many stages there are; each after the first halves height and width. */
  public int stages() {
    return units(arch, block, depth, layout).size();
  }

  public int units(int stage) {
    return units(arch, block, depth, layout).get(stage - 1);
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
    return IntStream.rangeClosed(1, stages()).map(stage -> gate.gates(stage, units(stage))).sum();
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
    return layout.widths().isEmpty()
        ? arch.planes(stage, layout.stem()) * block.expansion()
        : layout.widths().get(stage - 1);
  }

  /** Channels between the convolutions of a stage's units, from 1. */
  int inner(int stage) {
    return layout.innerWidths().isEmpty()
        ? channels(stage) / block.expansion() * arch.widening()
        : layout.innerWidths().get(stage - 1);
  }

  /** Channels of the stem's output. */
  int stemChannels() {
    return layout.stemWidth() > 0 ? layout.stemWidth() : Math.max(1, inner(1) / arch.widening());
  }

  public StemKind stem() {
    return layout.stem();
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
    return channels(stages());
  }

  String unitName(int stage, int index) {
    return UnitNames.of(this, stage, index);
  }

  String gateName(int stage) {
    return gate.hasPublishedPlace() ? "g_layer" : "g_layer_b" + stage;
  }
}
