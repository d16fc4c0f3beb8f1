package dev.softgate.model;

import dev.softgate.Choice;

/** What a unit's shortcut does where the shape changes; elsewhere it is the input itself. */
public enum ShortcutKind implements Choice {
  /** A 1×1 convolution with batch norm, as published. */
  PROJECTION(false, false),
  /** He et al.'s option A: every second pixel, and zero channels before and after. */
  PAD(false, false),
  /** Averages of 2×2 pixels, and zero channels after the input's channels. */
  PAD_END(true, true),
  /** Every second pixel, and zero channels after the input's channels. */
  SUBSAMPLE_END(false, true);

  private final boolean averages;
  private final boolean atEnd;

  ShortcutKind(boolean averages, boolean atEnd) {
    this.averages = averages;
    this.atEnd = atEnd;
  }

  /** Whether an output pixel is the mean of 2×2 input pixels and not the first of them. */
  public boolean averages() {
    return averages;
  }

  /** How many zero channels come before the input's channels. */
  public int paddingBefore(int in, int out) {
    return atEnd ? 0 : (out - in) / 2;
  }

  /** How a shortcut without parameters changes the shape, in words. */
  public String description() {
    return (averages ? "averages of 2x2 pixels" : "every second pixel")
        + (atEnd ? ", zero channels at the end" : ", zero channels on both sides");
  }
}
