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
   * @param input images N×3×H×W, float32, normalized, H and W at least 1, for the first leg; else
   *     the mix before the leg; owned by the caller
   * @return valid until the next pass, or the end of the caller's scope
   */
  Backbone.Taps forward(Leg leg, Tensor input, Pass pass);

  /**
   * Completes the backward pass for a leg after the last {@link Pass#TRAINING} forward. It is
   * called when libtorch has put the gradients into the leg's taps, and adds to the gradients of
   * the leg's parameters.
   *
   * @return the gradient of the leg's input, float32 or bfloat16, valid as long as the taps; null
   *     for the first leg, and where libtorch differentiates the leg, so that nothing is left to do
   */
  @Nullable Tensor backward(Leg leg, Backbone.Taps taps);

  /**
   * The first part of a leg in evaluation: o1. With {@link #additional} it is {@link #forward} in
   * two steps, the second only for the images that need it.
   *
   * @param input as {@link #forward} takes it
   * @return o1, float32 or bfloat16, N×C×H×W, valid until the next pass, or the end of the caller's
   *     scope
   */
  Tensor shared(Leg leg, Tensor input);

  /**
   * The second part of a leg in evaluation: o2 of some of the images.
   *
   * @param o1 what {@link #shared} has just returned for this leg, unchanged
   * @param images indices in [0, N), in any order; at least one, M of them
   * @return M×C×H×W in the type of o1, in the order of {@code images}; valid as long as o1
   * @throws IndexOutOfBoundsException if there is no such image
   */
  Tensor additional(Leg leg, Tensor o1, int[] images);

  /** Gives back what the engine holds. */
  @Override
  void close();
}
