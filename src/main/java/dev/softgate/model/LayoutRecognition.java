package dev.softgate.model;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Recognizes from the shapes of a network's parameters how wide its layers are, and whether it is
 * one of those known by name.
 *
 * @param block the kind of its units
 * @param units how many each stage has
 * @param stem what comes before the first stage, and {@code stemWidth} how wide it is
 * @param inner channels inside the first unit of each stage
 * @param outer channels behind the first unit of each stage
 */
record LayoutRecognition(
    BlockKind block,
    List<Integer> units,
    StemKind stem,
    int stemWidth,
    List<Integer> inner,
    List<Integer> outer) {

  private static final int PUBLISHED_STAGE = 3;

  /**
   * Reads the shapes.
   *
   * @throws dev.softgate.BadInputException if a convolution is missing, or the stem is of no kind
   */
  static LayoutRecognition of(StateShapes shapes, BlockKind block, List<Integer> units) {
    long[] first = shapes.of("conv1.weight", 4);
    StemKind stem =
        Arrays.stream(StemKind.values())
            .filter(kind -> kind.kernel() == first[2] && kind.kernel() == first[3])
            .findFirst()
            .orElseThrow(
                () ->
                    StateRecognition.unfit(
                        "its first convolution has a kernel of %d×%d pixels, not 3×3 or 7×7"
                            .formatted(first[2], first[3])));
    String last = block.expansion() > 1 ? ".conv3.weight" : ".conv2.weight";
    return new LayoutRecognition(
        block,
        units,
        stem,
        Math.toIntExact(first[0]),
        outputs(shapes, units.size(), ".conv1.weight"),
        outputs(shapes, units.size(), last));
  }

  private static List<Integer> outputs(StateShapes shapes, int stages, String convolution) {
    return IntStream.rangeClosed(1, stages)
        .map(stage -> Math.toIntExact(shapes.of(firstUnit(shapes, stage) + convolution, 4)[0]))
        .boxed()
        .toList();
  }

  /** The name of a stage's first unit, which depends on whether a gate is on the stage. */
  private static String firstUnit(StateShapes shapes, int stage) {
    for (String tap : stage == PUBLISHED_STAGE ? List.of("o1", "o31") : List.of("o" + stage + 1)) {
      if (shapes.has(tap + ".conv1.weight")) {
        return tap;
      }
    }
    return UnitNames.plain(stage, 0);
  }

  /** The network known by name that has these stages; else the general one. */
  Architecture architecture() {
    return Arrays.stream(Architecture.values())
        .filter(Architecture::isFixed)
        .filter(named -> named.units().equals(units))
        .filter(named -> Objects.requireNonNull(named.block()).text().equals(block.text()))
        .filter(named -> named.innerWidths().equals(inner))
        .filter(named -> outer.equals(planes(named, block.expansion())))
        .filter(named -> named.planes(1, stem) == stemWidth)
        .findFirst()
        .orElse(Architecture.RESNET);
  }

  private List<Integer> planes(Architecture arch, int times) {
    return IntStream.rangeClosed(1, units.size())
        .map(stage -> arch.planes(stage, stem) * times)
        .boxed()
        .toList();
  }

  /** The layout, as far as the architecture leaves it open. */
  Layout layout(Architecture arch) {
    boolean equal = units.stream().distinct().count() == 1;
    boolean byDepth = arch.isFixed() || (equal && units.size() == Architecture.EQUAL_STAGES);
    Layout narrow = new Layout(stem, byDepth ? List.of() : units, List.of(), List.of(), 0);
    if (arch != Architecture.RESNET) {
      return narrow;
    }
    int expansion = block.expansion();
    boolean usual =
        IntStream.range(0, inner.size()).allMatch(i -> outer.get(i) == inner.get(i) * expansion);
    return new Layout(
        stem,
        narrow.units(),
        outer.equals(planes(arch, expansion)) ? List.of() : outer,
        usual ? List.of() : inner,
        stemWidth == inner.get(0) ? 0 : stemWidth);
  }
}
