package dev.softgate.data;

import dev.softgate.Choice;

/** How training images are varied from epoch to epoch. */
public enum Augmentation implements Choice {
  /**
   * Shifted by up to 4 pixels in either direction, with black moving in, and mirrored half of the
   * time.
   */
  CROP_FLIP,
  /** Mirrored half of the time. */
  FLIP,
  /** Left as they are. */
  NONE
}
