package dev.softgate.training;

import dev.softgate.interop.HostTensor;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum, as PyTorch's SGD without dampening or Nesterov.
 *
 * <pre>
 *   v ← μ·v + (∇ + λ·w)
 *   w ← w − η·v
 * </pre>
 */
final class Sgd extends Optimizer {

  private final Tensor velocity;
  private final double momentum;
  private final double weightDecay;

  /** An optimizer of {@code parameters}; its velocity is zero. */
  Sgd(Collection<Parameter> parameters, double momentum, double weightDecay) {
    this(List.of(new ParameterGroup(parameters, 1)), momentum, weightDecay);
  }

  /** The same, of groups with rates of their own. */
  Sgd(List<ParameterGroup> groups, double momentum, double weightDecay) {
    super(groups);
    this.velocity = parameters.newBuffer();
    this.momentum = momentum;
    this.weightDecay = weightDecay;
  }

  @Override
  void update(double learningRate) {
    velocity
        .multiplyInPlace(momentum)
        .addInPlace(parameters.gradients())
        .addInPlace(parameters.values(), weightDecay);
    forEachGroup(
        (from, length, factor) ->
            parameters
                .values()
                .narrow(0, from, length)
                .addInPlace(velocity.narrow(0, from, length), -learningRate * factor));
  }

  @Override
  Map<String, HostTensor> state() {
    return Map.of(OptimizerTensors.VELOCITY, velocity.toHost());
  }

  @Override
  void restore(Map<String, HostTensor> saved) {
    replace(velocity, saved(saved, OptimizerTensors.VELOCITY));
  }
}
