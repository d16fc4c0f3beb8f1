package dev.softgate.model;

/** The purpose of a forward pass. */
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
