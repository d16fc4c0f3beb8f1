package dev.softgate.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.softgate.BadInputException;
import dev.softgate.config.EpochBounds;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.LabelFile;
import dev.softgate.distributed.LostProcessException;
import dev.softgate.engine.Precision;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.MachineTrouble;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.ResNet;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.CheckpointStore;
import dev.softgate.training.Distillation;
import dev.softgate.training.DivergenceException;
import dev.softgate.training.Objective;
import dev.softgate.training.Suspects;
import dev.softgate.training.Trainer;
import dev.softgate.training.TrainingData;
import dev.softgate.training.TrainingListener;
import dev.softgate.training.TrainingRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One training as a run: from a request to a folder with everything that was measured.
 *
 * <pre>
 *   data → configuration with nothing left open → network and its first weights → run folder
 *     → {@link Trainer} → summary
 * </pre>
 */
public final class Experiment {

  private static final Logger LOG = LoggerFactory.getLogger(Experiment.class);

  private final TrainingSession session;
  private final JointStart start;
  private final RunConfig config;
  private final TrainingData data;
  private final RunFolder run;
  private final ResNet network;
  private final @Nullable OpenNetwork teacher;

  private Experiment(
      TrainingSession session,
      JointStart start,
      RunConfig config,
      TrainingData data,
      RunFolder run,
      ResNet network,
      @Nullable OpenNetwork teacher) {
    this.session = session;
    this.start = start;
    this.config = config;
    this.data = data;
    this.run = run;
    this.network = network.named("the network of " + run.path());
    this.teacher = teacher;
  }

  /**
   * Trains as requested, or continues a run, and writes its summary however it ends. A request that
   * is refused leaves no new folder, and an existing run as it was.
   *
   * @throws BadInputException if the request cannot be carried out
   */
  public static TrainOutcome run(TrainRequest request, DownloadListener downloads) {
    JointStart start = new JointStart(request.group());
    try (TrainingSession session = TrainingSession.begin(request)) {
      if (!request.group().leads()) {
        return new FollowingProcess(session, start).run(downloads);
      }
      TrainOutcome outcome = lead(session, start, downloads);
      request.group().broadcast(SummaryJson.format(outcome.summary()).getBytes(UTF_8));
      return outcome;
    } catch (RuntimeException | Error e) {
      if (request.group().leads()) {
        start.refuse(e);
      }
      throw e;
    }
  }

  private static TrainOutcome lead(
      TrainingSession session, JointStart start, DownloadListener downloads) {
    TrainRequest request = session.request();
    Path folder = request.resume();
    if (folder != null) {
      return resume(session, start, RunFolder.open(folder), downloads);
    }
    RunFolder begun = request.continues() ? ContinuedRun.find(request.config()) : null;
    return begun == null
        ? begin(session, start, downloads)
        : resume(session.resuming(begun), start, begun, downloads);
  }

  private static TrainOutcome begin(
      TrainingSession session, JointStart start, DownloadListener downloads) {
    TrainRequest request = session.request();
    RunFolder.requirePlace(request.config().execution().runsDir());
    RunConfig asked = AbsolutePaths.of(request.config());
    InitialWeights named = InitialWeights.of(asked);
    asked = named.sized(asked);
    TrainingData data = TrainingData.load(asked, downloads);
    RunConfig decided = DecidedConfig.of(asked, data);
    InitialWeights weights =
        decided.optimization().init().equals(asked.optimization().init())
            ? named
            : InitialWeights.of(decided);
    RunConfig config = weights.normalized(decided, data);
    data = config.equals(decided) ? data : data.normalizedAs(config);
    ResNet network = untrained(config, data);
    List<String> origin = weights.load(network, config, data);
    try (OpenNetwork teacher = Teacher.open(config, data)) {
      String name = RunName.of(config, data);
      RunFolder run =
          request.continues()
              ? RunFolder.named(config.execution().runsDir(), name)
              : RunFolder.create(config.execution().runsDir(), name);
      try (RunLock lock = RunLock.take(run)) {
        if (!run.hasCheckpoint()) {
          config = config.with(Map.of("name", run.name()));
          Experiment experiment =
              new Experiment(session, start, config, data, run, network, teacher);
          return guarded(run, () -> experiment.begin(origin));
        }
      }
      // Another process began this run at the same time, was faster, and has ended.
      return resume(session.resuming(run), start, run, downloads);
    }
  }

  /** Adds to an error of the machine, such as a full disk, what was saved of the run. */
  private static TrainOutcome guarded(RunFolder run, Supplier<TrainOutcome> training) {
    try {
      return training.get();
    } catch (BadInputException | DivergenceException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      if (MachineTrouble.describe(e) == null && !(e instanceof LostProcessException)) {
        throw e;
      }
      throw new StoppedRunException(run, e);
    }
  }

  private static TrainOutcome resume(
      TrainingSession session, JointStart start, RunFolder run, DownloadListener downloads) {
    TrainOutcome finished = finished(run);
    if (finished != null) {
      start.announce(JointStart.Announcement.over(run));
      return finished;
    }
    AtomicFiles.requireWritableFolder(run.path());
    try (RunLock lock = RunLock.take(run)) {
      RunConfig asked = session.request().config();
      TrainingData data = TrainingData.load(asked, downloads);
      RunConfig config = DecidedConfig.of(asked, data);
      try (OpenNetwork teacher = Teacher.open(config, data)) {
        Experiment experiment =
            new Experiment(session, start, config, data, run, untrained(config, data), teacher);
        return guarded(run, () -> experiment.resume());
      }
    }
  }

  /** The outcome of a finished run; null of any other. */
  private static @Nullable TrainOutcome finished(RunFolder run) {
    if (!Files.exists(run.summary()) || !Files.exists(run.gatesTest())) {
      return null;
    }
    Summary summary = Summary.read(run.summary());
    if (summary.status() != Summary.Status.FINISHED) {
      return null;
    }
    LOG.info("run {} is finished: nothing is left to train", run.path());
    return new TrainOutcome(run.path(), false, summary);
  }

  private static ResNet untrained(RunConfig config, TrainingData data) {
    ResNet network =
        new ResNet(config.model().spec(data.dataset().classes()), config.optimization().seed());
    network.moveTo(config.execution().compute(network.spec()).device()); // before an optimizer
    return network;
  }

  private TrainOutcome begin(List<String> origin) {
    AtomicFiles.writeString(run.config(), config.toYaml());
    try (RunLog log = RunLog.attach(run.trainLog());
        TensorBoardListener events = new TensorBoardListener(run.path())) {
      LOG.info("run {} · {} · log {}", run.path(), data.dataset().source(), log.file());
      String wanted = session.request().config().execution().name();
      if (wanted != null && !wanted.equals(run.name())) {
        LOG.warn("there is a run named {} already; this one is named {}", wanted, run.name());
      }
      origin.forEach(LOG::info);
      EpochBounds.warnings(config).forEach(LOG::warn);
      DataRemarks.notes(config, data).forEach(LOG::info);
      int processes = session.request().group().size();
      DataRemarks.warnings(config, data, processes).forEach(LOG::warn);
      logLabels();
      return train(trainer(events), null);
    }
  }

  /**
   * Logs what a label file changes, how many labels are known to be wrong, and how many images are
   * left out as suspects.
   */
  private void logLabels() {
    LabelFile labels = data.labels();
    if (labels != null) {
      LOG.info(
          "{} lists {} images: {} have another label than in the set, {} are left out",
          labels.file(),
          labels.listed(),
          labels.relabeled(),
          labels.leftOut());
    }
    if (labels != null && labels.clean() != null) {
      LOG.info(
          "{} of {} train images have a wrong label by {}",
          LabelFile.differences(labels.given(), labels.clean()),
          labels.given().length,
          labels.file());
    }
    Suspects suspects = data.suspects();
    if (suspects != null) {
      LOG.info(
          "{} training images left out by {} of {}, {} trained on{}",
          suspects.ids().length,
          config.data().score(),
          suspects.file(),
          data.train().length,
          labels == null || labels.clean() == null
              ? ""
              : "; %d of those left out have a wrong label by %s"
                  .formatted(labels.wrong(suspects.ids()), labels.file()));
    }
  }

  private TrainOutcome resume() {
    List<String> warnings = new ArrayList<>();
    CheckpointStore checkpoints = new CheckpointStore(run.checkpoints());
    Checkpoint checkpoint = checkpoints.newestUsable(warnings::add);
    data.requireSameAs(checkpoint.data(), run.path());
    try (TensorBoardListener events = new TensorBoardListener(run.path())) {
      Trainer trainer = trainer(events);
      trainer.restore(checkpoint);
      // All refusals come before this line: from here on the folder changes.
      try (RunLog log = RunLog.attach(run.trainLog())) {
        LOG.info("run {} · {} · log {}", run.path(), data.dataset().source(), log.file());
        warnings.forEach(LOG::warn);
        AtomicFiles.deleteLeftovers(run.checkpoints());
        AtomicFiles.deleteLeftovers(run.path());
        checkpoints.finishReplacement();
        MetricsTable.write(run.metrics(), checkpoint.progress().history());
        LOG.info(
            "continuing at epoch {}, batch {}",
            checkpoint.progress().epoch() + 1,
            checkpoint.progress().batch() + 1);
        return train(trainer, checkpoint);
      }
    }
  }

  private Trainer trainer(TensorBoardListener events) {
    List<TrainingListener> listeners = new ArrayList<>(List.of(events, new RunRecorder(run)));
    listeners.addAll(session.request().listeners());
    return new Trainer(
        config,
        data,
        network,
        teacher == null ? Objective.LABELS : Distillation.of(config.skipping(), teacher.network()),
        new TrainingRecord(new CheckpointStore(run.checkpoints()), run.dynamics(), listeners),
        session.request().group());
  }

  private TrainingCost cost(@Nullable Checkpoint from) {
    double done = from == null ? 0 : from.progress().epoch();
    return TrainingCost.of(
        network.spec(),
        data.dataset().height(),
        data.dataset().width(),
        new TrainingCost.Amount(
            data.train().length,
            Math.max(0, config.optimization().epochs() - done),
            config.optimization().batchSize()),
        config.execution().precision() == Precision.BF16,
        config.execution().threads());
  }

  private TrainOutcome train(Trainer trainer, @Nullable Checkpoint from) {
    start.lead(run, config, data, teacher, from);
    List<Summary.Session> sessions = SessionsTable.append(run.sessions(), session.listed());
    SummaryWriter summary =
        new SummaryWriter(config, data, run, sessions, session.request().group().size());
    Predictions test = null;
    boolean finished;
    session.standby().leaveBy(state -> leave(summary, state));
    // Attached after the teacher, since libtorch's threads are those of the engine attached last.
    try (BackboneEngine engine = config.execution().compute(network.spec()).attach(network)) {
      LOG.info(
          "engine {}, canvas {}, device {}",
          config.execution().engine().text(),
          config.execution().canvas(),
          network.device());
      cost(from).announcement().forEach(LOG::info);
      finished = trainer.train(session.stop(), session.standby());
      if (finished && data.test().length > 0) {
        test = test(trainer);
        finished = test != null;
      } else if (finished) {
        GatesTable.writeEmpty(run.gatesTest());
      }
    } catch (RuntimeException | Error e) {
      fail(e, () -> write(summary, Summary.Status.FAILED, trainer, null));
      throw e;
    }
    Summary.Status status = finished ? Summary.Status.FINISHED : Summary.Status.INTERRUPTED;
    return new TrainOutcome(run.path(), !finished, write(summary, status, trainer, test));
  }

  private Summary write(
      SummaryWriter summary, Summary.Status status, Trainer trainer, @Nullable Predictions test) {
    return summary.write(status, trainer.progress(), network.spec(), network.state(), test);
  }

  /** Writes that the training failed, if that can still be written. */
  private static void fail(Throwable failure, Runnable write) {
    try {
      write.run();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Ends the program from within a step or an evaluation, with the state before it saved.
   *
   * @param unsaved the state; null if the newest checkpoint is as new
   */
  private void leave(SummaryWriter summary, @Nullable Checkpoint unsaved) {
    Objects.requireNonNull(session.request().stopping().ending())
        .end(
            () -> {
              if (unsaved == null && !run.hasCheckpoint()) {
                throw TrainingSession.nothingToSave();
              }
              CheckpointStore store = new CheckpointStore(run.checkpoints());
              if (unsaved != null) {
                store.saveLast(unsaved);
              }
              Checkpoint saved = unsaved != null ? unsaved : store.newestUsable(LOG::warn);
              LOG.info(
                  "ended within a step or an evaluation; saved as before it: epoch {}, {} batches"
                      + " done",
                  saved.progress().epoch() + 1,
                  saved.progress().batch());
              return new TrainOutcome(
                  run.path(),
                  true,
                  summary.write(
                      Summary.Status.INTERRUPTED,
                      saved.progress(),
                      saved.spec(),
                      saved.network(),
                      null));
            });
  }

  /** Predicts the test images with the final network, and writes that down; null if stopped. */
  private @Nullable Predictions test(Trainer trainer) {
    session.standby().begin(null);
    Predictions test = trainer.test(session.stop());
    session.standby().end();
    if (test != null) {
      GatesTable.write(run.gatesTest(), test);
    }
    return test;
  }
}
