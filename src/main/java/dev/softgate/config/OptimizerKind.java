package dev.softgate.config;

import dev.softgate.Choice;

/** How gradients move weights. */
public enum OptimizerKind implements Choice {
  /** Gradient descent with momentum; weight decay is part of the gradient. */
  SGD,

  /** Steps scaled by running means of gradients and their squares; weight decay apart. */
  ADAMW
}
