package dev.softgate.run;

import dev.softgate.config.RunConfig;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.training.TrainingListener;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A training as the command line asked for it.
 *
 * @param config complete; when resuming, that of the run with the options given now
 * @param resume the folder of the run to continue; null to start one
 * @param listeners to be told of progress
 * @param stopping how the user may stop it
 * @param commandLine what was typed, for the run's record
 * @param continues whether a run that already has the configured name is continued; otherwise a
 *     name that is taken gets a number
 * @param group the processes that train together; rank 0 alone has a run
 */
public record TrainRequest(
    RunConfig config,
    @Nullable Path resume,
    List<TrainingListener> listeners,
    Stopping stopping,
    String commandLine,
    boolean continues,
    ProcessGroup group) {

  /** Copies the listeners. */
  public TrainRequest {
    listeners = List.copyOf(listeners);
  }

  /** A training whose program is never ended: a stop waits for the current step. */
  public TrainRequest(
      RunConfig config,
      @Nullable Path resume,
      List<TrainingListener> listeners,
      BooleanSupplier stopRequested,
      String commandLine) {
    this(
        config,
        resume,
        listeners,
        new Stopping(stopRequested, null),
        commandLine,
        false,
        ProcessGroup.alone());
  }

  /** The same request, for a run that exists. */
  TrainRequest resuming(Path folder, RunConfig recorded) {
    return new TrainRequest(recorded, folder, listeners, stopping, commandLine, continues, group);
  }

  /**
   * How a training is stopped.
   *
   * @param requested true once the user asked to stop: save and return soon
   * @param ending ends the program where the training cannot stop soon; null where it may not end
   */
  public record Stopping(BooleanSupplier requested, @Nullable Ending ending) {}

  /** Ends the program from within a step or an evaluation that takes too long. */
  @FunctionalInterface
  public interface Ending {

    /**
     * Saves, reports it, and ends the program. Called on a thread of its own.
     *
     * @param saving saves what there is; throws on failure, and {@link InterruptedException} where
     *     there is nothing to save
     */
    void end(Callable<TrainOutcome> saving);
  }
}
