package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.interop.HostTensor;
import dev.softgate.torch.Device;
import dev.softgate.torch.FlatParameters;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/**
 * Stochastic gradient descent with momentum, as PyTorch's SGD without dampening or Nesterov.
 *
 * <pre>
 *   v ← μ·v + (∇ + λ·w)
 *   w ← w − η·v
 * </pre>
 *
 * <p>λ decays every parameter, batch norm's and biases included, as published. The update runs over
 * one flat buffer of all parameters.
 */
public final class Sgd {

  private final FlatParameters parameters;
  private final List<ParameterGroup> groups;
  private final Tensor velocity;
  private final double momentum;
  private final double weightDecay;

  /** An optimizer of {@code parameters}, which it moves into one buffer; its velocity is zero. */
  public Sgd(Collection<Parameter> parameters, double momentum, double weightDecay) {
    this(List.of(new ParameterGroup(parameters, 1)), momentum, weightDecay);
  }

  /** The same, of groups with rates of their own: η is multiplied by the group's factor. */
  Sgd(List<ParameterGroup> groups, double momentum, double weightDecay) {
    this.groups = List.copyOf(groups);
    this.parameters =
        new FlatParameters(groups.stream().flatMap(group -> group.parameters().stream()).toList());
    this.velocity = this.parameters.newBuffer();
    this.momentum = momentum;
    this.weightDecay = weightDecay;
  }

  /** Forgets the gradients of the last batch. */
  public void zeroGradients() {
    parameters.gradients().zeroInPlace();
  }

  /** Updates the parameters in place by the gradients accumulated since {@link #zeroGradients}. */
  public void step(double learningRate) {
    NoGradient.run(
        () -> {
          velocity
              .multiplyInPlace(momentum)
              .addInPlace(parameters.gradients())
              .addInPlace(parameters.values(), weightDecay);
          long offset = 0;
          for (ParameterGroup group : groups) {
            long length = group.elements();
            parameters
                .values()
                .narrow(0, offset, length)
                .addInPlace(velocity.narrow(0, offset, length), -learningRate * group.rateFactor());
            offset += length;
          }
        });
  }

  /**
   * Replaces v.
   *
   * @throws BadInputException if the length differs
   */
  void restore(HostTensor saved) {
    try (Scope scope = Scope.open()) {
      if (!Arrays.equals(saved.shape(), velocity.shape())) {
        throw new BadInputException(
            "the checkpoint's optimizer has %s values where the network has %s"
                .formatted(Arrays.toString(saved.shape()), Arrays.toString(velocity.shape())));
      }
      velocity.copyInPlace(Tensor.of(Device.CPU, saved));
    }
  }

  /** The gradients, float32, in the order of the parameters; owned by this optimizer. */
  Tensor gradients() {
    return parameters.gradients();
  }

  /** v, float32, one dimension, in the order of the parameters; owned by this optimizer. */
  public Tensor velocity() {
    return velocity;
  }
}
