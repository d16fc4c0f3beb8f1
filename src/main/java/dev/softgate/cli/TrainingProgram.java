package dev.softgate.cli;

import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;

/** The program behind {@code softgate train}. */
@FunctionalInterface
public interface TrainingProgram {

  /**
   * Trains, or continues a run, until the end or a stop request.
   *
   * @throws dev.softgate.BadInputException if the request is invalid
   * @throws InterruptedException if it was interrupted before there was anything to save
   */
  TrainOutcome run(TrainRequest request) throws InterruptedException;
}
