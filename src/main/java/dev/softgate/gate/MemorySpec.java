package dev.softgate.gate;

import dev.softgate.BadInputException;

/**
 * How the channels of a unit are divided between what all images share and what each training image
 * has to itself.
 *
 * @param share of the channels that are general, always on; at least one is
 * @param density of the others, the probability that a channel is an image's own
 */
public record MemorySpec(double share, double density) {

  /** As in the probe that the gate comes from. */
  public static final MemorySpec DEFAULT = new MemorySpec(0.25, 0.1);

  /**
   * Checks the ranges.
   *
   * @throws BadInputException if the share is not above 0 and at most 1, or the density no
   *     probability
   */
  public MemorySpec {
    if (!(share > 0 && share <= 1)) {
      throw new BadInputException("--memory-share: must be above 0 and at most 1, found " + share);
    }
    if (!(density >= 0 && density <= 1)) {
      throw new BadInputException("--memory-density: must be from 0 to 1, found " + density);
    }
  }

  /** How many of so many channels are general: ⌈share·C⌉, at least one. */
  public int general(int channels) {
    return Math.max(1, (int) Math.ceil(share * channels - 1e-9)); // 0.1 · 30 is 3
  }
}
