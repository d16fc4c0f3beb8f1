package dev.softgate.data;

import dev.softgate.Choice;

/** Which images are mirrored in an epoch. */
public enum Flipping implements Choice {
  /** Each with probability one half. */
  RANDOM,
  /** Half of them at random in the first epoch, the other half in the second, and so on. */
  ALTERNATING;

  /**
   * Whether an image is mirrored in an epoch.
   *
   * <p>Source of the alternation: Keller Jordan, <i>94% on CIFAR-10 in 3.29 Seconds on a Single
   * GPU</i>, 2024.
   *
   * @param drawn what random flips decide
   */
  boolean mirrors(boolean drawn, BatchLoader.Epoch epoch, int id) {
    if (this == RANDOM) {
      return drawn;
    }
    long first = SplitMix64.hash(SplitMix64.Purpose.FIRST_FLIP, epoch.seed(), 0, id);
    return ((first ^ epoch.number()) & 1) == 1;
  }
}
