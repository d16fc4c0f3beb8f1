package dev.softgate.torch;

import java.util.Collection;

/**
 * The parameters of one optimizer in one flat float32 buffer, and their gradients in another.
 *
 * <p>Each {@link Parameter} becomes a view of the buffer, so an update takes a few operations over
 * all parameters, and a checkpoint or an average over processes handles one array. The buffers live
 * as long as this object, in no scope.
 */
public final class FlatParameters {

  private final Tensor values;
  private final Tensor gradients;

  /** Moves the given parameters, in iteration order, into a new buffer on their device. */
  public FlatParameters(Collection<Parameter> parameters) {
    long elements = parameters.stream().mapToLong(p -> p.value().elements()).sum();
    Device device = parameters.stream().findFirst().map(p -> p.value().device()).orElse(Device.CPU);
    this.values = Module.unscoped(Tensor.zeros(device, DType.FLOAT32, elements));
    this.gradients = newBuffer();
    long offset = 0;
    for (Parameter parameter : parameters) {
      try (Scope scope = Scope.open()) {
        long length = parameter.value().elements();
        long[] shape = parameter.value().shape();
        parameter.moveInto(
            values.narrow(0, offset, length).view(shape),
            gradients.narrow(0, offset, length).view(shape));
        offset += length;
      }
    }
  }

  /** All values, float32, one-dimensional; owned by this object. */
  public Tensor values() {
    return values;
  }

  /**
   * All gradients, float32, one-dimensional, accumulated by backward passes; owned by this object.
   */
  public Tensor gradients() {
    return gradients;
  }

  /** A new zero buffer of the same length, owned by the caller. */
  public Tensor newBuffer() {
    return Module.unscoped(Tensor.zeros(values.device(), DType.FLOAT32, values.elements()));
  }
}
