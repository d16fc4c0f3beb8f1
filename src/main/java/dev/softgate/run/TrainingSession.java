package dev.softgate.run;

import dev.softgate.config.RunConfig;
import dev.softgate.training.Standby;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;

/**
 * One go at a training, from the start of the program until the training ends or is asked to stop.
 *
 * @param request what was asked for
 * @param started when
 * @param stop whether to stop: the person asked for it, or the time limit is over
 * @param standby ends the program where the training cannot stop soon
 */
record TrainingSession(TrainRequest request, Instant started, BooleanSupplier stop, Standby standby)
    implements AutoCloseable {

  /** Begins a session now, watched where the request has an {@link TrainRequest.Ending}. */
  static TrainingSession begin(TrainRequest request) {
    Instant started = Instant.now();
    Duration limit = request.config().execution().timeLimit();
    Instant deadline = limit == null ? Instant.MAX : started.plus(limit);
    BooleanSupplier stop =
        () -> request.stopping().requested().getAsBoolean() || Instant.now().isAfter(deadline);
    TrainRequest.Ending ending = request.stopping().ending();
    Standby standby =
        ending == null
            ? Standby.none()
            : Standby.watch(
                stop,
                state ->
                    ending.end(
                        () -> {
                          throw nothingToSave();
                        }));
    return new TrainingSession(request, started, stop, standby);
  }

  /** This session, with a run to continue. */
  TrainingSession resuming(RunFolder run) {
    RunConfig config = ContinuedRun.config(run, request.config());
    return new TrainingSession(request.resuming(run.path(), config), started, stop, standby);
  }

  /** The end of a session that was stopped before there was anything to save. */
  static InterruptedException nothingToSave() {
    return new InterruptedException("before the first step");
  }

  /** This session as the run's table lists it. */
  Summary.Session listed() {
    return new Summary.Session(started.toString(), request.commandLine());
  }

  @Override
  public void close() {
    standby.close();
  }
}
