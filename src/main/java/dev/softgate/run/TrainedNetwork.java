package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.training.Checkpoint;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A checkpoint that a person named, by its file or by its run.
 *
 * @param checkpoint what it holds
 * @param file where it was read from
 */
public record TrainedNetwork(Checkpoint checkpoint, Path file) {

  private static final int MOST_HOPS = 100;

  /**
   * Opens a checkpoint file, or of a run {@code final}, or {@code last} where the run is not
   * finished.
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
          "%s has no trained network yet: its checkpoint is from before the first batch; resume it, or train anew if it diverged"
              .formatted(runOrCheckpoint));
    }
    return new TrainedNetwork(checkpoint, last);
  }

  /**
   * What a network's weights began from, at whatever remove, that may have trained on the images
   * that the network's run held out: one imported, one that held out others, or one that is no
   * longer where it was.
   *
   * @return the run or checkpoint; null where there is none
   */
  public static @Nullable Path originThatSawValidation(Checkpoint checkpoint) {
    String images = checkpoint.data().dataSha256();
    String held = checkpoint.data().splitSha256();
    Checkpoint run = checkpoint;
    for (int hop = 0; hop < MOST_HOPS; hop++) {
      String init = run.config().optimization().init();
      if (!init.startsWith(InitialWeights.BASELINE)) {
        return null;
      }
      Path origin = Path.of(init.substring(InitialWeights.BASELINE.length()));
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
