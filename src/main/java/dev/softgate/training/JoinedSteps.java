package dev.softgate.training;

import dev.softgate.config.RunConfig;
import dev.softgate.data.Batch;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.model.Mode;
import dev.softgate.model.Pass;
import dev.softgate.model.ResNet;
import dev.softgate.torch.Device;
import dev.softgate.torch.Scope;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The steps of all processes: each takes one on its part of a batch, and all see the results.
 *
 * @param images the number of training images
 */
record JoinedSteps(
    RunConfig config,
    int images,
    ResNet network,
    TrainingStep step,
    List<TrainingHook> hooks,
    Replicas replicas) {

  /**
   * Takes a step.
   *
   * @param part this process's part of the batch; may be empty
   * @param stop whether this process is asked to stop; asked at most once
   */
  TrainingHook.Trained take(
      Batch part, TrainingHook.Place place, TrainingStep.Rates rates, BooleanSupplier stop) {
    Batch batch = replicas.begin(part, replicas.share().sizeOf(place.batch(), images));
    if (replicas.hasSingleImages()) {
      replicas.shareStatistics(network); // those of rank 0 are what a checkpoint has
    }
    return replicas.join(part, run(batch, place, rates), stop);
  }

  private TrainingStep.Result run(Batch batch, TrainingHook.Place place, TrainingStep.Rates rates) {
    boolean mainSteps =
        !network.spec().gate().trainsItself()
            || (place.batch() + 1) % config.optimization().gateIters() == 0;
    Mode mode = Mode.of(mainSteps ? Pass.TRAINING : Pass.TRAINING_GATE_ONLY);
    for (TrainingHook hook : hooks) {
      mode = hook.stepStarts(mode, batch, place);
    }
    try (Scope scope = Scope.open()) {
      Device device = network.device();
      return step.run(
          Evaluator.images(device, batch),
          Targets.of(device, batch, network.spec().classes()),
          mode,
          rates);
    }
  }
}
