package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.ExecutionConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.engine.Compute;
import dev.softgate.engine.Engine;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingData;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The trained network from whose predictions a run learns, {@code --distill}. */
final class Teacher {

  private static final String NONE = "";

  private Teacher() {}

  /** Hash of the weights of a teacher, in lower-case hexadecimal; empty without one. */
  static String weights(@Nullable OpenNetwork teacher) {
    return teacher == null ? NONE : SummaryWriter.sha256(teacher.checkpoint().network());
  }

  /**
   * Opens the network that a configuration names, on the precision, threads and device of the run;
   * null where it names none.
   *
   * @throws BadInputException if the network is missing, predicts NaN, or has other classes or
   *     another normalization than the data
   */
  static @Nullable OpenNetwork open(RunConfig config, TrainingData data) {
    Path path = config.skipping().distill();
    if (path == null) {
      return null;
    }
    Checkpoint checkpoint = TrainedNetwork.open(path).checkpoint();
    int classes = checkpoint.data().classNames().size();
    if (classes != data.dataset().classes()) {
      throw new BadInputException(
          "{distill} %s: it knows %d classes, the data has %d"
              .formatted(path, classes, data.dataset().classes()));
    }
    if (!checkpoint.data().normalization().sameAs(data.normalization())) {
      throw new BadInputException(
          "{distill} %s: its pixels are normalized differently; use {normalization} %s"
              .formatted(path, checkpoint.data().normalization().text()));
    }
    ExecutionConfig execution = config.execution();
    return OpenNetwork.checked(
        "{distill}",
        checkpoint,
        Checkpoint.DataFacts.of(data),
        Compute.choose(
            Engine.AUTO,
            execution.precision(),
            execution.threads(),
            execution.device(),
            checkpoint.spec()));
  }
}
