package dev.softgate.torch;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** A fully connected layer with bias: x·Wᵀ + b, in float32. */
public final class Linear extends Module {

  private final Parameter weight;
  private final Parameter bias;

  /** A layer from {@code in} to {@code out} features. */
  public Linear(int in, int out) {
    this.weight = parameter("weight", out, in);
    this.bias = parameter("bias", out);
  }

  /** The weight, float32, out×in. */
  public Parameter weight() {
    return weight;
  }

  /** The bias, float32, out. */
  public Parameter bias() {
    return bias;
  }

  /** N×in → N×out, float32. */
  public Tensor forward(Tensor x) {
    return apply(x, weight.value(), bias.value());
  }

  /**
   * Like {@link #forward}, but with gradients only to x: the layer's parameters count as constants.
   */
  public Tensor forwardFrozen(Tensor x) {
    return apply(x, weight.value().detach(), bias.value().detach());
  }

  private static Tensor apply(Tensor x, Tensor weight, Tensor bias) {
    return new Tensor(
        torch.linear(x.pointer(), weight.pointer(), new TensorOptional(bias.pointer())));
  }
}
