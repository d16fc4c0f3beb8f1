package dev.softgate.study;

import dev.softgate.Choice;

/** The images of a set whose labels are judged. */
public enum JudgedSplit implements Choice {
  /** The images to train on: all train images except the ones that the set itself holds out. */
  TRAIN,
  /** The images that the set itself holds out for validation. */
  VAL,
  /** The test images. */
  TEST,
  /** All of these. */
  ALL
}
