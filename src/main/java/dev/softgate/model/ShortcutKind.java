package dev.softgate.model;

/** What a unit's shortcut does where the shape changes; elsewhere it is the input itself. */
public enum ShortcutKind {
  /** A 1×1 convolution with batch norm, as published. */
  PROJECTION,
  /**
   * He et al.'s option A, without parameters: every second pixel, and zero channels before and
   * after.
   */
  PAD
}
