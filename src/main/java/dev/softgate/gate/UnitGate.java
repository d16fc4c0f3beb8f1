package dev.softgate.gate;

import dev.softgate.torch.Conv2d;
import dev.softgate.torch.DType;
import dev.softgate.torch.Module;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A gate in a residual unit: a convolution of the unit's input weighs the branch F against the
 * shortcut, for every element or position of the output.
 *
 * <p>Source: He et al., Identity Mappings in Deep Residual Networks (2016), §3.1, for the gates
 * without a choice; golden/README for all. The convolution's parameters are {@code
 * gate_layer.weight} and {@code gate_layer.bias}.
 */
public abstract class UnitGate extends Module {

  /** The channels of a unit's input and output, and its stride. */
  public record Place(int in, int out, int stride) {}

  /** The weights of F and the shortcut, float32, N×C×H×W or N×1×H×W; F's is null for 1. */
  public record Weights(@Nullable Tensor branch, Tensor shortcut, GateSignal signal) {}

  private final Conv2d layer;
  private final double initialBias;

  UnitGate(UnitGateSpec spec, Place place) {
    this.layer =
        part(
            "",
            Conv2d.withBias(place.in(), spec.outputs(place), spec.kernel().size(), place.stride()));
    this.initialBias = spec.bias();
  }

  /** The convolution that decides. */
  public final Conv2d layer() {
    return layer;
  }

  public final double initialBias() {
    return initialBias;
  }

  /** Judges a unit's input, float32 or bfloat16, N×in×H×W. */
  public final Weights forward(Tensor x) {
    return weights(layer.forward(x).to(DType.FLOAT32));
  }

  /** The weights from the convolution's output z, float32. */
  abstract Weights weights(Tensor z);
}
