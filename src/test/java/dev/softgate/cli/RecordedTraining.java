package dev.softgate.cli;

import dev.softgate.config.RunConfig;
import dev.softgate.run.Summary;
import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes requests and trains nothing. */
final class RecordedTraining implements TrainingProgram {

  /** The summary of a training that never ran. */
  static final Summary SUMMARY =
      new Summary(
          Summary.Status.FINISHED,
          new Summary.Results(0.936, null, 3, 0.41, 0.44, 0.495, 4, 812.5, 3.25),
          new Summary.Network("synthetic", "resnet", 20, "basic", "classifier", 310_884, 40_851L),
          new Summary.Machine("onednn", "fp32", 2, 1, "cpu", "avx512", 500_000_000L),
          new Summary.Provenance(
              "r",
              "softgate train",
              "2026-01-02T03:04:05Z",
              List.of(),
              1,
              null,
              null,
              null,
              null,
              null,
              null,
              null,
              "0.1.0"));

  final List<TrainRequest> requests = new ArrayList<>();

  @Override
  public TrainOutcome run(TrainRequest request) {
    requests.add(request);
    return new TrainOutcome(Path.of("runs", "r"), false, SUMMARY);
  }

  TrainRequest only() {
    if (requests.size() != 1) {
      throw new AssertionError(requests.size() + " requests");
    }
    return requests.get(0);
  }

  RunConfig config() {
    return only().config();
  }
}
