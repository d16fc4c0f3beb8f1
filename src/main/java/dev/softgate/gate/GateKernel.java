package dev.softgate.gate;

import dev.softgate.Choice;
import java.util.Locale;

/** What a unit's gate decides separately, and how far it looks. */
public enum GateKernel implements Choice {
  /** Every element of the output, from its own position. */
  ELEMENT_1X1(1, true),
  /** Every position, for all its channels together, from that position. */
  TUBE_1X1(1, false),
  /** Every position, for all its channels together, from it and its neighbors. */
  TUBE_3X3(3, false);

  private final int size;
  private final boolean byElement;

  GateKernel(int size, boolean byElement) {
    this.size = size;
    this.byElement = byElement;
  }

  @Override
  public String text() {
    String[] words = name().toLowerCase(Locale.ROOT).split("_", -1);
    return words[1] + "-" + words[0];
  }

  public int size() {
    return size;
  }

  /** How many channels the decisions have: one per channel of the unit, or one for all. */
  public int channels(int unitChannels) {
    return byElement ? unitChannels : 1;
  }
}
