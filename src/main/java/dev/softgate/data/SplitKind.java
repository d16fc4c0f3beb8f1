package dev.softgate.data;

import dev.softgate.Choice;

/** How validation images are chosen. */
public enum SplitKind implements Choice {
  /**
   * {@link #GIVEN} if the set names validation images; else {@link #REFERENCE} for CIFAR with all
   * 50,000 images and a tenth held out; else {@link #SEEDED}.
   */
  AUTO,
  /** The published 45,000/5,000 split of CIFAR, whatever the seed. */
  REFERENCE,
  /** Drawn by the run's seed: {@code val-fraction} of the training images. */
  SEEDED,
  /** The images that the set itself names, such as those of a folder's {@code val}. */
  GIVEN
}
