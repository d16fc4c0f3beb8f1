package dev.softgate.model;

import dev.softgate.Choice;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/** The residual networks: how many stages, how wide, and of which units. */
public enum Architecture implements Choice {
  /** He et al. (2016) for CIFAR: three stages of n units, ReLU after the addition. */
  RESNET(3, 16),
  /** The same with batch norm and ReLU before each convolution, and after the last unit. */
  PRERESNET(3, 16),
  /** ImageNet's network of 34 layers with a 3×3 stem and no pooling, for 32×32 images. */
  RESNET34(4, 64);

  private static final List<Integer> RESNET34_UNITS = List.of(3, 4, 6, 3);

  /** Layers with weights in a {@link #RESNET34}. */
  public static final int RESNET34_DEPTH = 34;

  private final int stages;
  private final int stemChannels;

  Architecture(int stages, int stemChannels) {
    this.stages = stages;
    this.stemChannels = stemChannels;
  }

  /** How many stages there are; each after the first halves height and width. */
  public int stages() {
    return stages;
  }

  /** Channels of a stage, from 1, inside a unit (× {@link BlockKind#expansion} outside). */
  int planes(int stage) {
    return stemChannels << (stage - 1);
  }

  /** Channels inside the units of each stage. */
  public List<Integer> innerWidths() {
    return IntStream.rangeClosed(1, stages).map(this::planes).boxed().toList();
  }

  /** Units of each stage in a network of that depth, which fits. */
  List<Integer> units(BlockKind block, int depth) {
    return this == RESNET34
        ? RESNET34_UNITS
        : Collections.nCopies(stages, (depth - 2) / block.depthStep());
  }
}
