package dev.softgate.training;

import dev.softgate.interop.HostTensor;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Tensor;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Stochastic gradient descent with momentum, as PyTorch's SGD without dampening.
 *
 * <pre>
 *   v ← μ·v + (∇ + λ·w)
 *   w ← w − η·v                        or, with Nesterov's momentum,
 *   w ← w − η·(∇ + λ·w + μ·v)
 * </pre>
 */
final class Sgd extends Optimizer {

  private final Tensor velocity;
  private final double momentum;
  private final boolean nesterov;

  /** An optimizer of {@code parameters}; its velocity is zero. */
  Sgd(Collection<Parameter> parameters, double momentum, double weightDecay) {
    this(List.of(new ParameterGroup(parameters, 1, weightDecay)), momentum, false);
  }

  /**
   * An optimizer of groups with rates and weight decays of their own.
   *
   * @param nesterov whether the weights move by the velocity after the next step of the same
   *     gradient
   */
  Sgd(List<ParameterGroup> groups, double momentum, boolean nesterov) {
    super(groups);
    this.velocity = parameters.newBuffer();
    this.momentum = momentum;
    this.nesterov = nesterov;
  }

  @Override
  void update(double learningRate) {
    Tensor direction = velocity;
    if (nesterov) {
      direction = parameters.gradients().copy();
      decay(direction);
      velocity.multiplyInPlace(momentum).addInPlace(direction);
      direction.addInPlace(velocity, momentum);
    } else {
      velocity.multiplyInPlace(momentum).addInPlace(parameters.gradients());
      decay(velocity);
    }
    Tensor moved = direction;
    forEachGroup(
        (from, length, group) ->
            parameters
                .values()
                .narrow(0, from, length)
                .addInPlace(moved.narrow(0, from, length), -learningRate * group.rateFactor()));
  }

  /** Adds λ·w, at once where all groups have one λ. */
  private void decay(Tensor gradient) {
    Double weightDecay = commonWeightDecay();
    if (weightDecay != null) {
      gradient.addInPlace(parameters.values(), weightDecay);
      return;
    }
    forEachGroup(
        (from, length, group) ->
            gradient
                .narrow(0, from, length)
                .addInPlace(parameters.values().narrow(0, from, length), group.weightDecay()));
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
