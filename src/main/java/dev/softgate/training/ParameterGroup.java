package dev.softgate.training;

import dev.softgate.config.OptimizationConfig;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Parameters that an optimizer moves at one learning rate.
 *
 * @param parameters in the order of the optimizer's buffers
 * @param rateFactor what the optimizer's learning rate is multiplied by, above 0
 */
record ParameterGroup(Collection<Parameter> parameters, double rateFactor) {

  ParameterGroup {
    parameters = List.copyOf(parameters);
  }

  /**
   * The groups of a network's main parameters: those taken from a trained network have the rate
   * {@code --lr-imported}, all others 1. Taken are the stem and the units, and with {@code
   * baseline:} the classification; never a gate.
   */
  static List<ParameterGroup> of(OptimizationConfig config, ResNet network) {
    boolean imports = config.trainedNetwork() != null;
    return of(
        network.mainParameters(),
        name ->
            !imports
                    || network.isGate(name)
                    || (config.takesFeatures() && ResNet.isClassification(name))
                ? 1
                : config.lrImported());
  }

  /** The group of a gate classifier's parameters, which no trained network gives. */
  static ParameterGroup ofGate(ResNet network) {
    return new ParameterGroup(network.ownGateParameters().values(), 1);
  }

  /** Consecutive parameters of one factor in a group, so that the order stays. */
  private static List<ParameterGroup> of(
      Map<String, Parameter> parameters, ToDoubleFunction<String> factors) {
    List<ParameterGroup> groups = new ArrayList<>();
    List<Parameter> group = new ArrayList<>();
    double factor = 1;
    for (Map.Entry<String, Parameter> parameter : parameters.entrySet()) {
      double next = factors.applyAsDouble(parameter.getKey());
      if (next != factor && !group.isEmpty()) {
        groups.add(new ParameterGroup(group, factor));
        group.clear();
      }
      factor = next;
      group.add(parameter.getValue());
    }
    groups.add(new ParameterGroup(group, factor));
    return groups;
  }

  /** The number of values. */
  long elements() {
    return parameters.stream().mapToLong(parameter -> parameter.value().elements()).sum();
  }
}
