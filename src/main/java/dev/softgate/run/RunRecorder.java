package dev.softgate.run;

import dev.softgate.training.EpochMetrics;
import dev.softgate.training.TrainingListener;
import java.nio.file.Path;
import java.util.List;

/** Keeps the tables of a run's folder up to date: metrics with each checkpoint, times by epoch. */
final class RunRecorder implements TrainingListener {

  private final RunFolder run;

  RunRecorder(RunFolder run) {
    this.run = run;
  }

  @Override
  public void epochFinished(EpochMetrics metrics, EpochGates gates, EpochTiming timing) {
    TimingTable.append(run.timing(), metrics.epoch(), timing);
  }

  @Override
  public void checkpointSaved(Path file, List<EpochMetrics> history) {
    MetricsTable.write(run.metrics(), history);
  }
}
