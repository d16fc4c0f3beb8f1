package dev.softgate.model;

import dev.softgate.Choice;

/**
 * What a unit's shortcut does where the shape changes; elsewhere it is the input itself. The three
 * kinds without parameters cannot be told apart by a network's names and shapes.
 */
public enum ShortcutKind implements Choice {
  /** A 1×1 convolution with batch norm, as published. */
  PROJECTION(false, false),
  /** He et al.'s option A: every second pixel, and zero channels before and after. */
  PAD(false, false),
  /** Averages of 2×2 pixels, and zero channels after those of the input. */
  PAD_END(true, true),
  /** Every second pixel, and zero channels after those of the input. */
  SUBSAMPLE_END(false, true);

  private final boolean averages;
  private final boolean atEnd;

  ShortcutKind(boolean averages, boolean atEnd) {
    this.averages = averages;
    this.atEnd = atEnd;
  }

  /** Whether an output pixel is the mean of those it stands for, not the first of them. */
  public boolean averages() {
    return averages;
  }

  /** Zero channels before those of the input. */
  public int paddingBefore(int in, int out) {
    return atEnd ? 0 : (out - in) / 2;
  }

  /** What it does, in words; nothing of a projection. */
  public String description() {
    return (averages ? "averages of 2x2 pixels" : "every second pixel")
        + (atEnd ? ", zero channels at the end" : ", zero channels on both sides");
  }
}
