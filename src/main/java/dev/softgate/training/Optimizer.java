package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.config.OptimizationConfig;
import dev.softgate.interop.HostTensor;
import dev.softgate.torch.Device;
import dev.softgate.torch.FlatParameters;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Moves parameters by their gradients. The update runs over one flat buffer of all parameters.
 * Weight decay acts on every parameter of a group, biases included, as published.
 */
public abstract class Optimizer {

  final FlatParameters parameters;
  private final List<ParameterGroup> groups;

  /** Moves the parameters into one buffer. */
  Optimizer(List<ParameterGroup> groups) {
    this.groups = List.copyOf(groups);
    this.parameters =
        new FlatParameters(groups.stream().flatMap(group -> group.parameters().stream()).toList());
  }

  /** The optimizer that a configuration asks for, which has made no step. */
  static Optimizer of(OptimizationConfig config, List<ParameterGroup> groups) {
    return switch (config.optimizer()) {
      case SGD -> new Sgd(groups, config.momentum(), config.nesterov());
      case ADAMW -> new AdamW(groups);
    };
  }

  /** Forgets the gradients of the last batch. */
  public final void zeroGradients() {
    parameters.gradients().zeroInPlace();
  }

  /**
   * Updates the parameters in place by the gradients accumulated since {@link #zeroGradients}.
   *
   * @param learningRate η, which each group multiplies by its factor
   */
  public final void step(double learningRate) {
    try (Scope scope = Scope.open()) {
      NoGradient.run(() -> update(learningRate));
    }
  }

  /** The update, in a scope and without recording. */
  abstract void update(double learningRate);

  /** The weight decay of all groups; null where they differ. */
  final @Nullable Double commonWeightDecay() {
    double first = groups.get(0).weightDecay();
    return groups.stream().allMatch(group -> group.weightDecay() == first) ? first : null;
  }

  /** An update of one group, whose place in the flat buffers is given. */
  @FunctionalInterface
  interface GroupUpdate {
    void run(long from, long length, ParameterGroup group);
  }

  /** Updates each group, in the order of the buffers. */
  final void forEachGroup(GroupUpdate update) {
    long from = 0;
    for (ParameterGroup group : groups) {
      long length = group.elements();
      update.run(from, length, group);
      from += length;
    }
  }

  /** The gradients, float32, in the order of the parameters; owned by this optimizer. */
  final Tensor gradients() {
    return parameters.gradients();
  }

  /** What the next steps depend on, by the names in {@link OptimizerTensors}. */
  abstract Map<String, HostTensor> state();

  /**
   * Replaces the state.
   *
   * @param saved what {@link #state} returned
   * @throws BadInputException if a tensor is missing, or its length differs
   */
  abstract void restore(Map<String, HostTensor> saved);

  /** A tensor of a saved state; of its presence {@link OptimizerTensors} has made sure. */
  static HostTensor saved(Map<String, HostTensor> state, String name) {
    return Objects.requireNonNull(state.get(name), name);
  }

  /** Replaces the values of a tensor of the state. */
  static void replace(Tensor values, HostTensor saved) {
    if (!Arrays.equals(saved.shape(), values.shape())) {
      throw new BadInputException(
          "the checkpoint's optimizer has %s values where the network has %s"
              .formatted(Arrays.toString(saved.shape()), Arrays.toString(values.shape())));
    }
    try (Scope scope = Scope.open()) {
      values.copyInPlace(Tensor.of(Device.CPU, saved));
    }
  }
}
