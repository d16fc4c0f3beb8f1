package dev.softgate.sweep;

import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.run.Experiment;
import dev.softgate.run.TrainRequest;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Trains the runs of a sweep at once, within the test instead of in processes. */
public final class InProcessTrainer {

  private InProcessTrainer() {}

  /**
   * A trainer that stops when asked.
   *
   * @param started takes the names of the runs that are started
   */
  public static SweepTrainer of(List<String> started, BooleanSupplier stop) {
    return (run, sweep, threads) -> {
      started.add(run.name());
      RunConfig config =
          run.config().with(Map.of("runs-dir", sweep.path().toString(), "name", run.name()));
      Experiment.run(
          new TrainRequest(
              config,
              null,
              List.of(),
              new TrainRequest.Stopping(stop, null),
              "softgate train",
              true,
              ProcessGroup.alone()),
          DownloadListener.NONE);
      return ended(null);
    };
  }

  /** A training that has ended; null for one without failure. */
  static SweepTrainer.Training ended(@Nullable String failure) {
    return new SweepTrainer.Training() {
      @Override
      public void stop() {}

      @Override
      public SweepTrainer.End await(long millis) {
        return new SweepTrainer.End(failure);
      }
    };
  }
}
