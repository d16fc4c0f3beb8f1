package dev.softgate.cli;

import dev.softgate.distributed.launch.LaunchedRank;
import dev.softgate.training.EpochMetrics;
import dev.softgate.training.TrainingListener;
import java.nio.file.Path;
import java.util.List;

/** Tells the launcher of this process which run a restart can continue. */
final class RunReporter implements TrainingListener {

  private final LaunchedRank rank;
  private boolean reported;

  RunReporter(LaunchedRank rank) {
    this.rank = rank;
  }

  @Override
  public void checkpointSaved(Path file, List<EpochMetrics> history) {
    Path checkpoints = file.getParent();
    if (!reported && checkpoints != null && checkpoints.getParent() != null) {
      rank.report(checkpoints.getParent());
      reported = true;
    }
  }
}
