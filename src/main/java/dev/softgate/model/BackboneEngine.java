package dev.softgate.model;

import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What computes a {@link Backbone}: the same layers with the same parameters, by one library or
 * another. An engine belongs to one network and is used by one thread at a time. A pass takes the
 * legs in order, its backward pass in the opposite order.
 */
public interface BackboneEngine extends AutoCloseable {

  /**
   * Computes a leg.
   *
   * @param input of the first leg N×3×H×W, float32, normalised, H and W at least 1; of another the
   *     mix before it; owned by the caller
   * @return valid until the next pass, or the end of the caller's scope
   */
  Backbone.Taps forward(Leg leg, Tensor input, Pass pass);

  /**
   * Completes the backward pass of the last {@link Pass#TRAINING} forward for a leg: called after
   * libtorch's own has left the leg's taps their gradients, it adds to those of the leg's
   * parameters.
   *
   * @return the gradient of the leg's input, float32 or bfloat16, valid as long as the taps; null
   *     for the first leg, and where libtorch differentiates the leg, so that nothing is left to do
   */
  @Nullable Tensor backward(Leg leg, Backbone.Taps taps);

  /** Gives back what the engine holds. */
  @Override
  void close();
}
