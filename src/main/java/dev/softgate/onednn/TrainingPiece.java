package dev.softgate.onednn;

import org.jspecify.annotations.Nullable;

/**
 * A piece of the backbone in training that consists of whole layers: the stem or a residual unit.
 */
interface TrainingPiece {

  FeatureMap output();

  /** Returns the gradient of {@link #output}; null behind frozen layers, which need none. */
  @Nullable FeatureMap outputGradient();

  /** Runs all but the last step of the forward pass on this thread's share. */
  default void forward(Worker worker) {}

  /** Runs the last step for one chunk, which computes the output. */
  default void produce(Worker worker, int chunk) {}

  /** Runs the first step of the backward pass for one chunk, once its gradient is complete. */
  default void enterBackward(Worker worker, int chunk) {}

  /**
   * Runs the rest of the backward pass on this thread's share, until {@link #enterBackward} of the
   * previous piece has run.
   *
   * @param ownWork the next piece's remaining work on this thread, done while the thread would wait
   * @return this piece's remaining work
   */
  default Runnable backward(Worker worker, Runnable ownWork) {
    return ownWork;
  }

  /** The input of a leg without stem: maps that already exist. */
  record Input(FeatureMap output, @Nullable FeatureMap outputGradient) implements TrainingPiece {}
}
