package dev.softgate.model;

import java.util.List;

/** The two residual units of He et al. 2016. */
public enum BlockKind {
  /** Two 3×3 convolutions; a CIFAR network of n units a stage has depth 6n+2. */
  BASIC(1, 6),
  /** 1×1, 3×3, 1×1 convolutions, four times as wide outside; depth 9n+2. */
  BOTTLENECK(4, 9);

  private final int expansion;
  private final int layersPerUnitTriple;

  BlockKind(int expansion, int layersPerUnitTriple) {
    this.expansion = expansion;
    this.layersPerUnitTriple = layersPerUnitTriple;
  }

  /** One convolution of a branch; the kernel is square. */
  record Layer(int in, int out, int kernel, int stride) {}

  /**
   * The convolutions of a unit's branch, in order.
   *
   * @param planes channels inside
   * @param out channels of the result, planes × {@link #expansion} in networks of full width
   */
  List<Layer> layers(int in, int planes, int out, int stride) {
    return switch (this) {
      case BASIC -> List.of(new Layer(in, planes, 3, stride), new Layer(planes, out, 3, 1));
      case BOTTLENECK ->
          List.of(
              new Layer(in, planes, 1, 1),
              new Layer(planes, planes, 3, stride),
              new Layer(planes, out, 1, 1));
    };
  }

  /** Output channels by planes. */
  public int expansion() {
    return expansion;
  }

  /** How much depth one more unit in each of the three stages adds. */
  public int depthStep() {
    return layersPerUnitTriple;
  }
}
