package dev.softgate.experiment;

import dev.softgate.training.RunConfig;
import dev.softgate.training.TrainingListener;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A training as the command line asked for it.
 *
 * @param config complete; when resuming, that of the run with the options given now
 * @param resume the folder of the run to continue; null to start one
 * @param listeners to be told of progress
 * @param stopRequested true from when the person asked to stop: save and return soon
 * @param commandLine what was typed, for the run's record
 */
public record TrainRequest(
    RunConfig config,
    @Nullable Path resume,
    List<TrainingListener> listeners,
    BooleanSupplier stopRequested,
    String commandLine) {

  /** Copies the listeners. */
  public TrainRequest {
    listeners = List.copyOf(listeners);
  }
}
