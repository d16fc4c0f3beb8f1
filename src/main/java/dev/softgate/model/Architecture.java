package dev.softgate.model;

import dev.softgate.Choice;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The residual networks: how many stages, how wide, and of which units. Those with a number in
 * their names have one depth and one block, and four stages.
 */
public enum Architecture implements Choice {
  /** He et al. (2016): stages of any number of units, ReLU after the addition. */
  RESNET,
  /** The same with batch norm and ReLU before each convolution, and after the last unit. */
  PRERESNET,
  /** ImageNet's network of 18 layers, as torchvision has it. */
  RESNET18(BlockKind.BASIC, StemKind.IMAGENET, 1, 2, 2, 2, 2),
  /** ImageNet's network of 34 layers; by default with a 3×3 stem, as published for CIFAR. */
  RESNET34(BlockKind.BASIC, StemKind.CIFAR, 1, 3, 4, 6, 3),
  RESNET50(BlockKind.BOTTLENECK, StemKind.IMAGENET, 1, 3, 4, 6, 3),
  RESNET101(BlockKind.BOTTLENECK, StemKind.IMAGENET, 1, 3, 4, 23, 3),
  RESNET152(BlockKind.BOTTLENECK, StemKind.IMAGENET, 1, 3, 8, 36, 3),
  /** Zagoruyko and Komodakis (2016): twice as wide inside the units. */
  WIDE_RESNET50_2(BlockKind.BOTTLENECK, StemKind.IMAGENET, 2, 3, 4, 6, 3),
  WIDE_RESNET101_2(BlockKind.BOTTLENECK, StemKind.IMAGENET, 2, 3, 4, 23, 3);

  /** How many stages a network has whose stages follow from its depth. */
  public static final int EQUAL_STAGES = 3;

  private final @Nullable BlockKind block;
  private final StemKind stem;
  private final int widening;

  @SuppressWarnings("ImmutableEnumChecker") // an immutable list
  private final List<Integer> units;

  Architecture() {
    this(null, StemKind.CIFAR, 1);
  }

  Architecture(@Nullable BlockKind block, StemKind stem, int widening, Integer... units) {
    this.block = block;
    this.stem = stem;
    this.widening = widening;
    this.units = List.of(units);
  }

  /** The name in lower case, as torchvision writes it. */
  @Override
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether block, depth and units follow from the name. */
  public boolean isFixed() {
    return block != null;
  }

  /** The only block of a fixed network; null where both kinds are possible. */
  public @Nullable BlockKind block() {
    return block;
  }

  /** The stem unless another is given. */
  public StemKind stem() {
    return stem;
  }

  /** Units of each stage of a fixed network; else empty. */
  public List<Integer> units() {
    return units;
  }

  /** By how much units are wider inside than their outer width says. */
  int widening() {
    return widening;
  }

  /** Channels inside a unit of a stage, from 1, but for the widening. */
  int planes(int stage, StemKind behind) {
    return (isFixed() ? StemKind.IMAGENET : behind).width() << (stage - 1);
  }

  /** Channels inside the units of each stage, behind the network's own stem. */
  public List<Integer> innerWidths() {
    int stages = isFixed() ? units.size() : EQUAL_STAGES;
    return IntStream.rangeClosed(1, stages).map(s -> planes(s, stem) * widening).boxed().toList();
  }

  /** Units of each stage in a network of that depth whose stages are equal. */
  static List<Integer> equalStages(BlockKind block, int depth) {
    return Collections.nCopies(EQUAL_STAGES, (depth - 2) / block.depthStep());
  }

  /** The stages, from 1, whose deeper layers a gate weighs unless others are given. */
  public static List<Integer> gatedStages(int stages, StemKind behind, Architecture arch) {
    boolean published = stages == EQUAL_STAGES || (arch == RESNET34 && behind == StemKind.CIFAR);
    return published ? List.of(EQUAL_STAGES) : List.of(stages - 1, stages);
  }
}
