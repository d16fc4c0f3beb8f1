package dev.softgate.training;

import dev.softgate.config.OptimizationConfig;
import dev.softgate.model.ResNet;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Parameters that an optimizer moves at one learning rate and decays alike.
 *
 * @param parameters in the order of the optimizer's buffers
 * @param rateFactor what the optimizer's learning rate is multiplied by, above 0
 * @param weightDecay λ, at least 0
 */
record ParameterGroup(Collection<Parameter> parameters, double rateFactor, double weightDecay) {

  ParameterGroup {
    parameters = List.copyOf(parameters);
  }

  /**
   * The groups of a network's main parameters. Those taken from a trained network have the rate
   * {@code --lr-imported}, all others 1. Taken are the stem and the units, and with {@code
   * baseline:} the classification; never a gate. Scales and shifts of norms have {@code --lr-norms}
   * times that rate, and {@code --norm-weight-decay}.
   *
   * <p>With {@code --logit-scale} s, a drawn classification W stands for s·V, where V would learn
   * behind logits s·V·f. Its steps are then s² times those of V's gradient, or s times AdamW's, and
   * its weight decay is V's: the same share of the weight.
   */
  static List<ParameterGroup> of(OptimizationConfig config, ResNet network) {
    boolean imports = config.trainedNetwork() != null;
    Double decayOfNorms = config.normWeightDecay();
    Set<String> norms = norms(network);
    List<ParameterGroup> groups = new ArrayList<>();
    for (Map.Entry<String, Parameter> parameter : network.mainParameters().entrySet()) {
      String name = parameter.getKey();
      boolean taken =
          imports
              && !network.isGate(name)
              && !(config.takesFeatures() && ResNet.isClassification(name));
      boolean ofNorm = norms.contains(name);
      double drawn =
          ResNet.isClassification(name) && !config.takesClassification()
              ? config.classificationRate()
              : 1;
      double rate = drawn * (taken ? config.lrImported() : 1) * (ofNorm ? config.lrNorms() : 1);
      double decay = ofNorm && decayOfNorms != null ? decayOfNorms : config.weightDecay();
      groups.add(new ParameterGroup(List.of(parameter.getValue()), rate, decay / drawn));
    }
    return joined(groups);
  }

  /** The names of the scales and shifts of a network's norms. */
  private static Set<String> norms(ResNet network) {
    Set<String> names = new HashSet<>();
    network.forEachModule(
        (name, module) -> {
          if (module instanceof BatchNorm2d norm) {
            norm.parameters().keySet().forEach(own -> names.add(name + own));
          }
        });
    return names;
  }

  /** The group of a gate classifier's parameters, which no trained network gives. */
  static ParameterGroup ofGate(OptimizationConfig config, ResNet network) {
    return new ParameterGroup(network.ownGateParameters().values(), 1, config.weightDecay());
  }

  /** Joins consecutive groups that move alike, so that the order stays. */
  private static List<ParameterGroup> joined(List<ParameterGroup> groups) {
    List<ParameterGroup> joined = new ArrayList<>();
    for (ParameterGroup group : groups) {
      int last = joined.size() - 1;
      if (last >= 0 && joined.get(last).movesAs(group)) {
        joined.set(last, joined.get(last).with(group.parameters()));
      } else {
        joined.add(group);
      }
    }
    return joined;
  }

  private boolean movesAs(ParameterGroup other) {
    return rateFactor == other.rateFactor && weightDecay == other.weightDecay;
  }

  private ParameterGroup with(Collection<Parameter> others) {
    List<Parameter> all = new ArrayList<>(parameters);
    all.addAll(others);
    return new ParameterGroup(all, rateFactor, weightDecay);
  }

  /** The number of values. */
  long elements() {
    return parameters.stream().mapToLong(parameter -> parameter.value().elements()).sum();
  }
}
