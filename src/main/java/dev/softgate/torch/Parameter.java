package dev.softgate.torch;

/**
 * A trained array of a network: float32, a leaf of the automatic differentiation.
 *
 * <p>{@link FlatParameters} replaces the tensor by a view of a flat buffer, so keep the Parameter
 * and ask for its value at each use.
 */
public final class Parameter {

  private Tensor value;
  private boolean flat; // whether it is a view of a flat buffer
  private boolean frozen;

  /** Takes ownership of {@code initial}, float32. */
  Parameter(Tensor initial) {
    this.value = Module.unscoped(initial).requireGradient();
  }

  /** The tensor with its current values; owned by the network. */
  public Tensor value() {
    return value;
  }

  /** Whether it stays as it is: no gradient is computed for it. */
  public boolean isFrozen() {
    return frozen;
  }

  /** Ends the computation of gradients; before an optimizer holds it. */
  void freeze() {
    if (flat) {
      throw new IllegalStateException("cannot freeze a parameter that an optimizer holds");
    }
    value = Module.unscoped(value.detach());
    frozen = true;
  }

  void moveInto(Tensor window, Tensor gradientWindow) {
    NoGradient.run(() -> window.copyInPlace(value.detach()));
    Tensor leaf = Module.unscoped(window.detach()).requireGradient();
    leaf.accumulateGradientIn(gradientWindow);
    value = leaf;
    flat = true;
  }

  void moveTo(Device device) {
    if (flat) {
      throw new IllegalStateException("cannot move to " + device + ": an optimizer holds it");
    }
    Tensor moved = Module.moved(value, device);
    value = frozen ? moved : moved.requireGradient();
  }
}
