package dev.softgate.data;

import dev.softgate.Choice;

/** How training images vary from epoch to epoch. */
public enum Augmentation implements Choice {
  /** Shifts by up to 4 pixels on each axis, filling with black, and mirrors half of the time. */
  CROP_FLIP,
  /** Enlarges a part of random area and proportions, and mirrors half of the time. */
  RESIZED_CROP,
  FLIP,
  NONE
}
