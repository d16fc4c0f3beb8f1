package dev.softgate.gate;

import dev.softgate.Choice;

/** Where the gate looks. */
public enum GateTap implements Choice {
  /** At o1, the first unit of the stage, as the method describes: a decision saves the rest. */
  ENTRY,
  /** At o2, the last unit of the stage, as the published code does: nothing is left to save. */
  EXIT;

  /** The one of two taps that this is. */
  public <T> T of(T o1, T o2) {
    return this == ENTRY ? o1 : o2;
  }
}
