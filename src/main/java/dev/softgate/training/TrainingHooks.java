package dev.softgate.training;

import dev.softgate.config.Dynamics;
import dev.softgate.config.RunConfig;
import dev.softgate.model.ResNet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The hooks that a configuration asks for. */
final class TrainingHooks {

  private TrainingHooks() {}

  /**
   * Makes them, in the order in which they are called.
   *
   * @param dynamics the folder for the dynamics; null for none, whatever the configuration
   * @param replicas the network's copies in all processes
   * @throws dev.softgate.BadInputException if the target shares of skipping are not one, or one for
   *     each gate
   */
  static List<TrainingHook> of(
      RunConfig config,
      TrainingData data,
      ResNet network,
      @Nullable Path dynamics,
      Replicas replicas) {
    List<TrainingHook> hooks = new ArrayList<>();
    Double decay = config.optimization().ema();
    if (decay != null) {
      hooks.add(new WeightAverage(network, decay)); // first: the others look at the average
    }
    if (network.spec().gate().ownsChannels()) {
      hooks.add(new OwnedChannelsOff(config, data, network, replicas));
    }
    if (dynamics != null && config.execution().dynamics() != Dynamics.NONE) {
      hooks.add(
          new DynamicsRecorder(config.execution().dynamics(), dynamics, data, network, replicas));
    }
    if (network.spec().gate().decides()) {
      hooks.add(new SkipTraining(config, data, network, replicas));
    }
    return List.copyOf(hooks);
  }
}
