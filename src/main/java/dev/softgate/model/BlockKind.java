package dev.softgate.model;

import java.util.List;

/** The residual units of He et al. 2016. */
public enum BlockKind {
  /** Two 3×3 convolutions; a CIFAR network with n units per stage has depth 6n+2. */
  BASIC("basic", 1, 6, false),
  /** 1×1, 3×3, 1×1 convolutions, four times as wide outside; depth 9n+2. The 3×3 strides. */
  BOTTLENECK("bottleneck", 4, 9, false),
  /** The first 1×1 convolution strides, as in the paper of 2015; names and shapes are the same. */
  BOTTLENECK_STRIDE_FIRST("bottleneck", 4, 9, true);

  private final String text;
  private final int expansion;
  private final int layersPerUnitTriple;
  private final boolean stridesFirst;

  BlockKind(String text, int expansion, int layersPerUnitTriple, boolean stridesFirst) {
    this.text = text;
    this.expansion = expansion;
    this.layersPerUnitTriple = layersPerUnitTriple;
    this.stridesFirst = stridesFirst;
  }

  /** One convolution of a branch; the kernel is square. */
  record Layer(int in, int out, int kernel, int stride) {}

  /** The convolutions of a unit's branch, in order; planes are the channels inside. */
  List<Layer> layers(int in, int planes, int out, int stride) {
    if (this == BASIC) {
      return List.of(new Layer(in, planes, 3, stride), new Layer(planes, out, 3, 1));
    }
    return List.of(
        new Layer(in, planes, 1, stridesFirst ? stride : 1),
        new Layer(planes, planes, 3, stridesFirst ? 1 : stride),
        new Layer(planes, out, 1, 1));
  }

  /** As on the command line: {@code basic} or {@code bottleneck}. */
  public String text() {
    return text;
  }

  /** The kernel of the convolution that strides, as on the command line. */
  public String stride() {
    return stridesFirst ? "1x1" : "3x3";
  }

  /** The unit with the same names and shapes that strides first or not; itself if basic. */
  public BlockKind stridingFirst(boolean first) {
    return this == BASIC ? BASIC : first ? BOTTLENECK_STRIDE_FIRST : BOTTLENECK;
  }

  public int expansion() {
    return expansion;
  }

  /** The depth that one more unit in each of three stages adds. */
  public int depthStep() {
    return layersPerUnitTriple;
  }

  /**
   * The depth of a network with these units in its stages: their layers, stem and classifier; the
   * greatest int where it would exceed that.
   */
  public int depth(List<Integer> units) {
    long layers = units.stream().mapToLong(Integer::longValue).sum() * (layersPerUnitTriple / 3);
    return (int) Math.min(Integer.MAX_VALUE, layers + 2);
  }
}
