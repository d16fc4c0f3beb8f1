package dev.softgate.run;

import dev.softgate.distributed.launch.LaunchedRank;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The machine ended a training: a full disk, a folder that is gone, no memory. The cause says
 * which; the message says what was saved and how to continue.
 */
public final class StoppedRunException extends RuntimeException {

  private static final long serialVersionUID = 1;

  StoppedRunException(RunFolder run, Throwable cause) {
    super(saved(run.path(), run.checkpoints()), cause);
  }

  private static String saved(Path run, Path checkpoints) {
    if (!Files.isDirectory(run)) {
      return "the run's folder " + run + " is gone";
    }
    return Files.exists(checkpoints.resolve("last.safetensors"))
            || Files.exists(checkpoints.resolve("previous.safetensors"))
        ? "all up to the last checkpoint is saved; continue from there with: "
            + LaunchedRank.resuming(run)
        : "no checkpoint was written yet; delete " + run + " and train again";
  }
}
