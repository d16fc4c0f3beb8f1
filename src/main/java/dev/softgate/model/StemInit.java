package dev.softgate.model;

import dev.softgate.Choice;

/** What the first convolution of an untrained network starts from. */
public enum StemInit implements Choice {
  /** Drawn, as everything else. */
  DRAWN,
  /** The principal directions of training images, see {@link WhitenedStem}. */
  WHITENED
}
