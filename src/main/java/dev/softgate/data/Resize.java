package dev.softgate.data;

import dev.softgate.Choice;

/** How an image of other proportions becomes an image of a required size. */
public enum Resize implements Choice {
  /** Scaled until it covers the required size; what protrudes on both sides is cut off. */
  CROP,
  /** Scaled until it fits into the required size; the rest, on both sides, is black. */
  PAD,
  /** Stretched, each axis by its own factor. */
  SQUASH
}
