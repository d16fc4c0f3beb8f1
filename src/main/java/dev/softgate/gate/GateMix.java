package dev.softgate.gate;

/** What a gate on a stage makes of g. */
public enum GateMix {
  /** A weight: the stage ends in g·o2 + (1 − g)·o1, as published. */
  SOFT,
  /** A decision: in o1 or in o2. With nothing skipped it is o2, and the network a plain one. */
  HARD
}
