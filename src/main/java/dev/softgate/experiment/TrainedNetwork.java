package dev.softgate.experiment;

import dev.softgate.BadInputException;
import dev.softgate.training.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A checkpoint that a person named, by its file or by its run.
 *
 * @param checkpoint what it holds
 * @param file where it was read from
 */
public record TrainedNetwork(Checkpoint checkpoint, Path file) {

  /**
   * Opens a checkpoint file, or of a run {@code final}, or {@code last} where the run is not
   * finished.
   *
   * @param runOrCheckpoint a file, a run's folder, or the name of one in the default folder of runs
   * @throws BadInputException if there is no such run or checkpoint, or it is damaged
   */
  public static TrainedNetwork open(Path runOrCheckpoint) {
    Path file = RunFolder.locate(runOrCheckpoint);
    if (!Files.isRegularFile(file)) {
      RunFolder run = RunFolder.open(file);
      file = run.checkpoint("final");
      if (!Files.exists(file)) {
        file = run.checkpoint("last");
      }
      if (!Files.exists(file)) {
        throw new BadInputException(
            runOrCheckpoint + " has no checkpoint yet; train it with --resume " + runOrCheckpoint);
      }
    }
    return new TrainedNetwork(Checkpoint.read(file), file);
  }
}
