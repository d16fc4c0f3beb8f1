package dev.softgate.engine;

import dev.softgate.Choice;

/** What computes a network's backbone. */
public enum Engine implements Choice {
  /** The fastest that runs the network. */
  AUTO,

  /** Layer by layer; runs every network. */
  LIBTORCH,

  /** Fused layers. */
  ONEDNN
}
