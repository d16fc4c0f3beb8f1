package dev.softgate.model;

/** What a forward pass is for. */
public enum Pass {
  /** Batch statistics; gradients for the backbone and the gate. */
  TRAINING,
  /**
   * Batch statistics; gradients for the gate layers only, so that no backbone backward is needed.
   */
  TRAINING_GATE_ONLY,
  /** Running statistics; no gradients. */
  EVALUATION
}
