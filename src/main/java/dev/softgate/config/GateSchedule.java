package dev.softgate.config;

import dev.softgate.Choice;

/**
 * The gate's learning rate over the epochs. The published runs have both kinds: {@code const} and
 * {@code x0.1/50ep} in the reference table.
 */
public enum GateSchedule implements Choice {
  /** The same in every epoch. */
  CONSTANT {
    @Override
    public double at(int epoch, double initial) {
      return initial;
    }
  },

  /**
   * A tenth after every 50 epochs, as the published code counts them: {@code initial *
   * 0.1^floor((epoch + 1) / 50)}, so the first lowered epoch is zero-based 49, the next 99.
   */
  STEP {
    @Override
    public double at(int epoch, double initial) {
      int steps = (epoch + 1) / STEP_EPOCHS;
      return initial * Math.pow(STEP_FACTOR, steps);
    }
  };

  private static final int STEP_EPOCHS = 50;
  private static final double STEP_FACTOR = 0.1;

  /**
   * The gate's learning rate in an epoch.
   *
   * @param epoch zero-based
   * @param initial the learning rate of the first epoch
   */
  public abstract double at(int epoch, double initial);
}
