package dev.softgate.model;

import dev.softgate.torch.Tensor;

/**
 * What computes a {@link Backbone}: the same layers with the same parameters, by one library or
 * another. An engine belongs to one network and is used by one thread at a time.
 */
public interface BackboneEngine extends AutoCloseable {

  /**
   * Computes both taps.
   *
   * @param images N×3×H×W, float32, normalised, H and W at least 1; owned by the caller
   * @return valid until the next forward pass or the end of the caller's scope
   */
  Backbone.Taps forward(Tensor images, Pass pass);

  /**
   * Completes the backward pass of the last {@link Pass#TRAINING} forward: called after the loss's
   * own backward pass has left the taps their gradients, it adds the backbone's to those of its
   * parameters. Nothing is left to do for an engine that libtorch differentiates.
   */
  void backward(Backbone.Taps taps);

  /** Gives back what the engine holds. */
  @Override
  void close();
}
