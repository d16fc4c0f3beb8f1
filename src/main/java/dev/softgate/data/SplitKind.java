package dev.softgate.data;

import dev.softgate.Choice;

/** How validation images are chosen. */
public enum SplitKind implements Choice {
  /** {@link #REFERENCE} for CIFAR with all 50,000 images and a tenth held out; else seeded. */
  AUTO,
  /** The published 45,000/5,000 split of CIFAR, whatever the seed. */
  REFERENCE,
  /** Drawn by the run's seed: {@code val-fraction} of the training images. */
  SEEDED
}
