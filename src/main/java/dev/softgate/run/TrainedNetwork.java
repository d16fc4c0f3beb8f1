package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.training.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint that the user named by its file or by its run.
 *
 * @param checkpoint what it holds
 * @param file where it was read from
 */
public record TrainedNetwork(Checkpoint checkpoint, Path file) {

  private static final int MOST_HOPS = 100;

  /**
   * Opens a checkpoint file, or a run's {@code final}; {@code last} if the run is not finished.
   *
   * @param runOrCheckpoint a file, a run's folder, or the name of one in the default folder of runs
   * @throws BadInputException if there is no such run or checkpoint, it is damaged, or nothing is
   *     trained yet
   */
  public static TrainedNetwork open(Path runOrCheckpoint) {
    Path file = RunFolder.locate(runOrCheckpoint);
    if (Files.isRegularFile(file)) {
      return new TrainedNetwork(Checkpoint.read(file), file);
    }
    RunFolder run = RunFolder.open(file);
    Path ended = run.checkpoint("final");
    if (Files.exists(ended)) {
      return new TrainedNetwork(Checkpoint.read(ended), ended);
    }
    Path last = run.checkpoint("last");
    if (!Files.exists(last)) {
      throw new BadInputException(
          runOrCheckpoint + " has no checkpoint yet; train it with {resume} " + runOrCheckpoint);
    }
    Checkpoint checkpoint = Checkpoint.read(last);
    if (checkpoint.progress().epoch() == 0 && checkpoint.progress().batch() == 0) {
      throw new BadInputException(
          "%s has no trained network yet: its checkpoint is from before the first batch; resume it, or train again if it diverged"
              .formatted(runOrCheckpoint));
    }
    return new TrainedNetwork(checkpoint, last);
  }

  /**
   * Follows {@code --init} back to a network that may have trained on this run's validation images:
   * an imported one, one that held out other images, or one that cannot be found.
   *
   * @return the run or checkpoint; null where there is none
   */
  public static @Nullable Path originThatSawValidation(Checkpoint checkpoint) {
    String images = checkpoint.data().dataSha256();
    String held = checkpoint.data().splitSha256();
    Checkpoint run = checkpoint;
    for (int hop = 0; hop < MOST_HOPS; hop++) {
      Path origin = run.config().optimization().trainedNetwork();
      if (origin == null) {
        return null;
      }
      try {
        run = open(origin).checkpoint();
      } catch (BadInputException e) {
        return origin;
      }
      String before = run.data().dataSha256();
      if (before != null && !before.equals(images)) {
        return null;
      }
      if (held == null || !held.equals(run.data().splitSha256())) {
        return origin;
      }
    }
    return null; // runs that name each other
  }
}
