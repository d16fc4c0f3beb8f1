package dev.softgate.onednn;

/** The kinds of operations in the backbone whose time is measured. */
public enum OperationKind {
  /** Convolutions, forward. */
  FORWARD,
  /** Convolutions, input gradient. */
  BACKWARD_DATA,
  /** Convolutions, weight gradient. */
  BACKWARD_WEIGHTS,
  /** Batch norms, forward and backward, with their fused ReLU. */
  NORM,
  /** Additions of shortcuts and gradients with the ReLU after them, and channel masks. */
  ADD,
  /**
   * Layout changes of weights and their gradients, copies onto a {@link Canvas}, and pooling in the
   * stem and for shortcuts without parameters.
   */
  LAYOUT,
  /** Waiting for other threads. */
  WAIT;

  /** Returns whether this is a convolution, which performs the network's multiply-accumulates. */
  public boolean isConvolution() {
    return this == FORWARD || this == BACKWARD_DATA || this == BACKWARD_WEIGHTS;
  }
}
