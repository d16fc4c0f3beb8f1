package dev.softgate.model;

import dev.softgate.torch.DType;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** Runs a backbone on libtorch, layer by layer: the reference of every other engine. */
public final class LibtorchEngine implements BackboneEngine {

  private final DType computeType;

  /** An engine whose convolutions and batch norms compute in float32 or bfloat16. */
  public LibtorchEngine(DType computeType) {
    this.computeType = computeType;
  }

  @Override
  public Backbone.Taps forward(Leg leg, Tensor input, Pass pass) {
    Tensor x = input.to(computeType);
    boolean training = pass != Pass.EVALUATION;
    return pass == Pass.TRAINING
        ? Backbone.forward(leg, x, training)
        : NoGradient.compute(() -> Backbone.forward(leg, x, training));
  }

  @Override
  public Tensor shared(Leg leg, Tensor input) {
    return NoGradient.compute(() -> Backbone.shared(leg, input.to(computeType)));
  }

  @Override
  public Tensor additional(Leg leg, Tensor o1, int[] images) {
    return NoGradient.compute(() -> Backbone.additional(leg, o1.select(images).channelsLast()));
  }

  @Override
  public @Nullable Tensor backward(Leg leg, Backbone.Taps taps) {
    return null;
  }

  @Override
  public void close() {}
}
