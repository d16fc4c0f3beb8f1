package dev.softgate.torch;

/**
 * A trained array of a network: float32, a leaf of the automatic differentiation.
 *
 * <p>The tensor may be replaced once by a view of one flat buffer ({@link FlatParameters}), so hold
 * the Parameter and ask it for its value at each use.
 */
public final class Parameter {

  private Tensor value;

  /** Takes over {@code initial}, float32. */
  Parameter(Tensor initial) {
    this.value = Module.unscoped(initial).requireGradient();
  }

  /** The tensor with its current values; owned by the network. */
  public Tensor value() {
    return value;
  }

  void moveInto(Tensor window, Tensor gradientWindow) {
    NoGradient.run(() -> window.copyInPlace(value.detach()));
    Tensor leaf = Module.unscoped(window.detach()).requireGradient();
    leaf.accumulateGradientIn(gradientWindow);
    value = leaf;
  }
}
