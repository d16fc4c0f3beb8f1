package dev.softgate.data;

import dev.softgate.Choice;

/** Where the validation images come from. */
public enum SplitKind implements Choice {
  /** {@link #REFERENCE} where it applies (CIFAR, all 50,000 images, a tenth held out). */
  AUTO,
  /** The published 45,000/5,000 split of CIFAR, whatever the seed. */
  REFERENCE,
  /** Drawn from the run's seed, {@code val-fraction} of the training images. */
  SEEDED
}
