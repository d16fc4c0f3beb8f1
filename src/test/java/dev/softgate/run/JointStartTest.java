package dev.softgate.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.distributed.Processes;
import dev.softgate.interop.RecordJson;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.TrainingData;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes, here threads, that begin one run. */
class JointStartTest {

  @TempDir private Path runs;

  private RunConfig config(String... keysAndValues) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("dataset", "synthetic");
    values.put("limit-train", "32");
    values.put("limit-val", "16");
    values.put("limit-test", "16");
    values.put("depth", "14");
    values.put("epochs", "1");
    values.put("batch-size", "8");
    values.put("schedule", "none");
    values.put("precision", "fp32");
    values.put("threads", "1");
    values.put("canvas", "none");
    values.put("gate", "none");
    values.put("runs-dir", runs.toString());
    for (int i = 0; i < keysAndValues.length; i += 2) {
      values.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return RunConfig.defaults().with(values);
  }

  private static TrainOutcome train(RunConfig config, ProcessGroup group) {
    return Experiment.run(
        new TrainRequest(
            config,
            null,
            List.of(),
            new TrainRequest.Stopping(() -> false, null),
            "softgate train",
            false,
            group),
        DownloadListener.NONE);
  }

  @Test
  void allLearnFromTheSameTeacher() {
    Path teacher = train(config("name", "teacher"), ProcessGroup.alone()).run();
    RunConfig config = config("name", "student", "distill", teacher.toString(), "lr", "0.05");

    List<TrainOutcome> outcomes = Processes.run(2, group -> train(config, group));
    assertThat(outcomes).allMatch(outcome -> !outcome.interrupted());

    assertThatThrownBy(
            () ->
                Processes.run(
                    2,
                    group ->
                        group.leads()
                            ? leadWith("0".repeat(64), config, group)
                            : train(config, group)))
        .isInstanceOf(BadInputException.class)
        .hasMessageContaining("rank 1: ")
        .hasMessageContaining("distill " + teacher + " here are not those of rank 0");
  }

  /** Rank 0 of a training whose teacher has other weights. */
  private TrainOutcome leadWith(String weights, RunConfig config, ProcessGroup group) {
    JointStart start = new JointStart(group);
    TrainingData data = TrainingData.load(config, DownloadListener.NONE);
    start.announce(
        new JointStart.Announcement(
            "",
            runs.resolve("other").toString(),
            config.toYaml(),
            RecordJson.write(Checkpoint.DataFacts.of(data)),
            weights,
            ""));
    start.ready();
    start.awaitAll();
    throw new AssertionError("not refused");
  }
}
