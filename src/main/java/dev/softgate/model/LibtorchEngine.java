package dev.softgate.model;

import dev.softgate.torch.DType;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Tensor;

/** Runs a backbone on libtorch, layer by layer: the plain path that every other is held to. */
public final class LibtorchEngine implements BackboneEngine {

  private final Backbone backbone;
  private final DType computeType;

  /**
   * An engine for {@code backbone}.
   *
   * @param computeType of the convolutions and batch norms: float32 or bfloat16
   */
  public LibtorchEngine(Backbone backbone, DType computeType) {
    this.backbone = backbone;
    this.computeType = computeType;
  }

  @Override
  public Backbone.Taps forward(Tensor images, Pass pass) {
    Tensor x = images.to(computeType);
    boolean training = pass != Pass.EVALUATION;
    return pass == Pass.TRAINING
        ? backbone.forward(x, training)
        : NoGradient.compute(() -> backbone.forward(x, training));
  }

  @Override
  public void backward(Backbone.Taps taps) {}

  @Override
  public void close() {}
}
