package dev.softgate.cli;

import dev.softgate.config.RunConfig;
import dev.softgate.run.TrainOutcome;
import dev.softgate.run.TrainRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Takes requests and trains nothing. */
final class RecordedTraining implements TrainingProgram {

  final List<TrainRequest> requests = new ArrayList<>();

  @Override
  public TrainOutcome run(TrainRequest request) {
    requests.add(request);
    return new TrainOutcome(Path.of("runs", "r"), false, Map.of("test_accuracy", 0.5));
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
