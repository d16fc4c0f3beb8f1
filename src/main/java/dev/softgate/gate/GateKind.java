package dev.softgate.gate;

/** Which gate a network has. */
public enum GateKind {
  /** No gate: a plain residual network. */
  NONE,
  /** The proposed one: the entropy of a small classifier's prediction decides. */
  CLASSIFIER
}
