package dev.softgate.cli;

import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;

/** What {@code softgate train} runs. */
@FunctionalInterface
public interface TrainingProgram {

  /**
   * Trains, or continues a run, to the end or until asked to stop.
   *
   * @throws dev.softgate.BadInputException if the request cannot be carried out as it is
   * @throws InterruptedException if it was interrupted before there was anything to save
   */
  TrainOutcome run(TrainRequest request) throws InterruptedException;
}
