package dev.softgate.gate;

import dev.softgate.BadInputException;
import dev.softgate.Choice;

/** What a gate on a stage makes of g. */
public enum GateMix implements Choice {
  /** A weight: the stage ends in g·o2 + (1 − g)·o1, as published. */
  SOFT,
  /** A decision: in o1 or in o2. With nothing skipped it is o2, and the network a plain one. */
  HARD;

  /** Throws BadInputException unless gates of a family that look there can mix so. */
  public void require(GateFamily family, GateTap tap) {
    if (this == HARD && (family != GateFamily.STAGE || tap == GateTap.EXIT)) {
      throw new BadInputException(
          "{gate-mix} hard decides on a stage's additional layers before they are computed: it"
              + " needs a gate on a stage, with {gate-tap} entry");
    }
  }
}
