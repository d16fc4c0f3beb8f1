package dev.softgate.config;

import dev.softgate.Choice;

/** The gate's learning rate over the epochs. */
public enum GateSchedule implements Choice {
  CONSTANT {
    @Override
    public double at(int epoch, RateSpan span) {
      return span.initial();
    }
  },

  /** {@code initial * 0.1^floor((epoch + 1) / 50)}: lowered from zero-based epochs 49, 99, … on. */
  STEP {
    @Override
    public double at(int epoch, RateSpan span) {
      int steps = (epoch + 1) / STEP_EPOCHS;
      return span.initial() * Math.pow(STEP_FACTOR, steps);
    }
  },

  /** Along a cosine over all epochs; the gate has no warm-up. */
  COSINE {
    @Override
    public double at(int epoch, RateSpan span) {
      return span.cosine(epoch);
    }
  };

  private static final int STEP_EPOCHS = 50;
  private static final double STEP_FACTOR = 0.1;

  /** The gate's learning rate in a zero-based epoch. */
  public abstract double at(int epoch, RateSpan span);
}
