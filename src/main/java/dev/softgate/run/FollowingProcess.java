package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.interop.RecordJson;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ResNet;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.CheckpointStore;
import dev.softgate.training.Distillation;
import dev.softgate.training.Objective;
import dev.softgate.training.Standby;
import dev.softgate.training.Trainer;
import dev.softgate.training.TrainingData;
import dev.softgate.training.TrainingRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A process of a training other than rank 0: trains with the configuration and the weights of rank
 * 0, and writes nothing. It needs the images, and the teacher of a distillation, at the same paths;
 * it does not need the run's folder.
 */
final class FollowingProcess {

  private static final Logger LOG = LoggerFactory.getLogger(FollowingProcess.class);

  private final TrainingSession session;
  private final ProcessGroup group;
  private final JointStart start;

  FollowingProcess(TrainingSession session, JointStart start) {
    this.session = session;
    this.group = session.request().group();
    this.start = start;
  }

  /**
   * Trains along.
   *
   * @return the outcome of rank 0
   * @throws BadInputException if one of the processes refuses
   */
  TrainOutcome run(DownloadListener downloads) {
    try {
      JointStart.Announcement announced = start.await();
      if (!announced.isOver()) {
        train(announced, downloads);
      }
      return outcome(announced.run());
    } catch (RuntimeException | Error e) {
      start.fail(e);
      throw e;
    }
  }

  private void train(JointStart.Announcement announced, DownloadListener downloads) {
    RunConfig config = own(RunConfig.parse(announced.config(), "the configuration of rank 0"));
    TrainingData data = TrainingData.load(config, downloads);
    requireSame(announced.data(), data);
    try (OpenNetwork teacher = Teacher.open(config, data)) {
      requireSame(announced.teacher(), config, teacher);
      start.ready();
      start.awaitAll();
      ResNet network =
          new ResNet(config.model().spec(data.dataset().classes()), config.optimization().seed());
      Path run = Path.of(announced.run());
      Trainer trainer =
          new Trainer(
              config,
              data,
              network,
              teacher == null
                  ? Objective.LABELS
                  : Distillation.of(config.skipping(), teacher.network()),
              new TrainingRecord(
                  new CheckpointStore(run.resolve("checkpoints")),
                  run.resolve("dynamics"),
                  List.of()),
              group);
      if (!announced.checkpoint().isEmpty()) {
        trainer.restore(received());
      }
      try (BackboneEngine engine = config.execution().compute(network.spec()).attach(network)) {
        LOG.info("rank {} of {} is ready", group.rank(), group.size());
        if (trainer.train(session.stop(), Standby.none())) {
          trainer.test(session.stop());
        }
      }
    }
  }

  /** The configuration of rank 0 with what each process chooses itself. */
  private RunConfig own(RunConfig ofLeader) {
    RunConfig asked = session.request().config();
    Map<String, String> threads = Map.of("threads", Integer.toString(asked.execution().threads()));
    int resolved = ofLeader.with(threads).execution().compute(ofLeader.model().spec(2)).threads();
    return ofLeader.with(Map.of("threads", Integer.toString(resolved)));
  }

  private void requireSame(String facts, TrainingData data) {
    String own = RecordJson.write(Checkpoint.DataFacts.of(data));
    if (!own.equals(facts)) {
      throw new BadInputException(
          "the images or labels of %s here are not those of rank 0 (%s, not %s); give all processes"
              + " the same",
          data.dataset().name(), own, facts);
    }
  }

  private static void requireSame(String weights, RunConfig config, @Nullable OpenNetwork teacher) {
    if (!Teacher.weights(teacher).equals(weights)) {
      throw new BadInputException(
          "the weights of {distill} %s here are not those of rank 0; copy that network to all"
              + " machines",
          config.skipping().distill());
    }
  }

  /** The checkpoint of rank 0. */
  private Checkpoint received() {
    try {
      Path file = Files.createTempFile("softgate-", ".safetensors");
      try {
        Files.write(file, group.broadcast(null));
        return Checkpoint.read(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the checkpoint of rank 0", e);
    }
  }

  private TrainOutcome outcome(String run) {
    Path folder = Path.of(run);
    Summary summary =
        SummaryJson.parse(
            folder.resolve("summary.json"),
            new String(group.broadcast(null), StandardCharsets.UTF_8));
    boolean interrupted = summary.status() == Summary.Status.INTERRUPTED;
    return new TrainOutcome(folder, interrupted, summary);
  }
}
