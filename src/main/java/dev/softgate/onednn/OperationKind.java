package dev.softgate.onednn;

/** What the time of the backbone's operations goes to. */
public enum OperationKind {
  /** Convolutions, forward. */
  FORWARD,
  /** Convolutions, gradients of their input. */
  BACKWARD_DATA,
  /** Convolutions, gradients of their weights. */
  BACKWARD_WEIGHTS,
  /** Batch norms both ways, with the ReLU that they include. */
  NORM,
  /** Additions of the shortcut and of gradients, and the ReLU behind them; masks of channels. */
  ADD,
  /**
   * Weights and their gradients from one layout to another, maps onto a {@link Canvas}, and every
   * second pixel for shortcuts without parameters.
   */
  LAYOUT,
  /** Waiting for the other threads. */
  WAIT;

  /** Whether these are convolutions, with a network's multiply-accumulates. */
  public boolean isConvolution() {
    return this == FORWARD || this == BACKWARD_DATA || this == BACKWARD_WEIGHTS;
  }
}
