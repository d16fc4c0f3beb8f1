package dev.softgate.config;

import dev.softgate.Choice;

/** What a run writes down of every training image in every epoch. */
public enum Dynamics implements Choice {
  /** As the training step saw the image, at the weights of that step. */
  AUGMENTED,

  /** In one more pass over the images as they are, after the epoch. */
  PLAIN,

  NONE
}
