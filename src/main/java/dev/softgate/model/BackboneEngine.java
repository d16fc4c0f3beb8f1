package dev.softgate.model;

import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Computes a {@link Backbone} by one library or another. An engine belongs to one network and is
 * used by one thread at a time. A pass takes the legs in order, its backward pass in reverse.
 */
public interface BackboneEngine extends AutoCloseable {

  /**
   * Computes a leg.
   *
   * @param input N×3×H×W of the first leg, float32, normalized, H and W at least 1; else the mix
   *     before it; owned by the caller
   * @return valid until the next pass, or the end of the caller's scope
   */
  Backbone.Taps forward(Leg leg, Tensor input, Pass pass);

  /**
   * Adds to the gradients of a leg's parameters, after libtorch's own backward pass of the last
   * {@link Pass#TRAINING} forward has left the leg's taps their gradients.
   *
   * @return the gradient of the leg's input, float32 or bfloat16, valid as long as the taps; null
   *     for the first leg, behind frozen layers, and where libtorch differentiates the leg
   */
  @Nullable Tensor backward(Leg leg, Backbone.Taps taps);

  /**
   * o1 of a leg in evaluation. With {@link #additional} it is {@link #forward} in two steps, the
   * second only for the images that need it.
   *
   * @return float32 or bfloat16, N×C×H×W, valid as that of {@link #forward}
   */
  Tensor shared(Leg leg, Tensor input);

  /**
   * o2 of some of the images of a leg in evaluation.
   *
   * @param o1 what {@link #shared} has just returned for this leg, unchanged
   * @param images M ≥ 1 indices in [0, N), in any order
   * @return M×C×H×W in the type of o1, in the order of {@code images}; valid as long as o1
   * @throws IndexOutOfBoundsException if there is no such image
   */
  Tensor additional(Leg leg, Tensor o1, int[] images);

  @Override
  void close();
}
