package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.ExecutionConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.config.SkippingConfig;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ResNet;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.Distillation;
import dev.softgate.training.TrainingData;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The trained network whose answers a run learns from. */
final class Teacher {

  private final ResNet network;

  private Teacher(ResNet network) {
    this.network = network;
  }

  /**
   * The one that a configuration names; null where it names none.
   *
   * @throws BadInputException if it is not there, or knows other classes or pixels than the data
   */
  static @Nullable Teacher of(RunConfig config, TrainingData data) {
    Path path = config.skipping().distill();
    if (path == null) {
      return null;
    }
    Checkpoint checkpoint = TrainedNetwork.open(path).checkpoint();
    int classes = checkpoint.data().classNames().size();
    if (classes != data.dataset().classes()) {
      throw new BadInputException(
          "--distill %s: it knows %d classes, the data has %d"
              .formatted(path, classes, data.dataset().classes()));
    }
    if (!checkpoint.data().normalization().sameAs(data.normalization())) {
      throw new BadInputException(
          "--distill %s: its pixels are normalized differently; use --normalization %s"
              .formatted(path, checkpoint.data().normalization().text()));
    }
    ResNet network = checkpoint.restoreNetwork();
    network.named("--distill: " + network.name());
    new Evaluator(network, data.normalization())
        .requireFinite(data.dataset().train().height(), data.dataset().train().width());
    return new Teacher(network);
  }

  /** Lets an engine compute it; where that is libtorch, on the threads that the run leaves it. */
  BackboneEngine attach(ExecutionConfig execution) {
    return Compute.choose("auto", execution.precision(), execution.threads(), network.spec())
        .attach(network);
  }

  /** What its answers are worth. */
  Distillation distillation(SkippingConfig skipping) {
    return new Distillation(network, skipping.distillWeight(), skipping.distillTemperature());
  }
}
