package dev.softgate.run;

import dev.softgate.BadInputException;
import dev.softgate.config.EpochBounds;
import dev.softgate.config.GateSchedule;
import dev.softgate.config.ModelConfig;
import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.DownloadListener;
import dev.softgate.data.LabelFile;
import dev.softgate.data.Normalization;
import dev.softgate.engine.Compute;
import dev.softgate.evaluation.Evaluator;
import dev.softgate.evaluation.Predictions;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import dev.softgate.interop.AtomicFiles;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.MachineTrouble;
import dev.softgate.model.BackboneEngine;
import dev.softgate.model.BaselineInitialization;
import dev.softgate.model.ModelSpec;
import dev.softgate.model.ResNet;
import dev.softgate.model.ShortcutKind;
import dev.softgate.training.Checkpoint;
import dev.softgate.training.CheckpointStore;
import dev.softgate.training.Distillation;
import dev.softgate.training.DivergenceException;
import dev.softgate.training.Standby;
import dev.softgate.training.Suspects;
import dev.softgate.training.Trainer;
import dev.softgate.training.TrainingData;
import dev.softgate.training.TrainingListener;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
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

  /** What {@code --init} begins with that starts from a trained network. */
  static final String BASELINE = "baseline:";

  private static final String FEATURES = "features:";

  private final TrainRequest request;
  private final RunConfig config;
  private final TrainingData data;
  private final RunFolder run;
  private final ResNet network;
  private final @Nullable OpenNetwork teacher;

  private Experiment(
      TrainRequest request,
      RunConfig config,
      TrainingData data,
      RunFolder run,
      ResNet network,
      @Nullable OpenNetwork teacher) {
    this.request = request;
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
    Instant started = Instant.now();
    TrainRequest.Ending ending = request.ending();
    if (ending == null) {
      return run(request, started, null, downloads);
    }
    BooleanSupplier timeUp = timeUp(request.config(), started);
    try (Standby standby =
        Standby.watch(
            () -> request.stopRequested().getAsBoolean() || timeUp.getAsBoolean(),
            state -> ending.end(Experiment::nothingToSave))) {
      return run(request, started, standby, downloads);
    }
  }

  private static TrainOutcome nothingToSave() throws InterruptedException {
    throw new InterruptedException("before the first step");
  }

  private static TrainOutcome run(
      TrainRequest request,
      Instant started,
      @Nullable Standby standby,
      DownloadListener downloads) {
    Path folder = request.resume();
    if (folder != null) {
      RunFolder run = RunFolder.open(folder);
      TrainOutcome finished = finished(run);
      return finished != null ? finished : resume(request, run, started, standby, downloads);
    }
    RunFolder.requirePlace(request.config().execution().runsDir());
    RunConfig asked = AbsolutePaths.of(request.config());
    TrainingData data = TrainingData.load(asked, downloads);
    RunConfig config = resolved(asked, data);
    TrainedNetwork baseline = baseline(config.optimization().init());
    if (baseline != null) {
      config = normalizedAs(baseline, config, data);
      data = data.normalizedAs(config);
    }
    ResNet network = untrained(config, data);
    String origin = initialize(network, baseline, config, data);
    try (OpenNetwork teacher = Teacher.open(config, data)) {
      RunFolder run = RunFolder.create(config.execution().runsDir(), name(config, data));
      try (RunLock lock = RunLock.take(run)) {
        config = config.with(Map.of("name", run.name()));
        Experiment experiment = new Experiment(request, config, data, run, network, teacher);
        return guarded(run, () -> experiment.begin(started, standby, origin));
      }
    }
  }

  /** Says of a training that the machine ends what was saved. */
  private static TrainOutcome guarded(RunFolder run, Supplier<TrainOutcome> training) {
    try {
      return training.get();
    } catch (BadInputException | DivergenceException e) {
      throw e;
    } catch (RuntimeException | Error e) {
      if (MachineTrouble.describe(e) == null) {
        throw e;
      }
      throw new StoppedRunException(run, e);
    }
  }

  private static TrainOutcome resume(
      TrainRequest request,
      RunFolder run,
      Instant started,
      @Nullable Standby standby,
      DownloadListener downloads) {
    AtomicFiles.requireWritableFolder(run.path());
    try (RunLock lock = RunLock.take(run)) {
      TrainingData data = TrainingData.load(request.config(), downloads);
      RunConfig config = resolved(request.config(), data);
      try (OpenNetwork teacher = Teacher.open(config, data)) {
        Experiment experiment =
            new Experiment(request, config, data, run, untrained(config, data), teacher);
        return guarded(run, () -> experiment.resume(started, standby));
      }
    }
  }

  /** What a run reached that has nothing left to do; null where something is left. */
  private static @Nullable TrainOutcome finished(RunFolder run) {
    if (!Files.exists(run.summary()) || !Files.exists(run.gatesTest())) {
      return null;
    }
    Summary summary = Summary.read(run.summary());
    if (summary.status() != Summary.Status.FINISHED) {
      return null;
    }
    LOG.info("run {} is finished: nothing is left to train", run.path());
    return new TrainOutcome(run.path(), false, SummaryJson.values(summary));
  }

  private static ResNet untrained(RunConfig config, TrainingData data) {
    return new ResNet(config.model().spec(data.dataset().classes()), config.optimization().seed());
  }

  /** What a baseline has learned holds for pixels that are normalized as its own were. */
  private static RunConfig normalizedAs(
      TrainedNetwork baseline, RunConfig config, TrainingData data) {
    Normalization expected = baseline.checkpoint().data().normalization();
    return expected.sameAs(data.normalization())
        ? config
        : config.with(Map.of("normalization", expected.text()));
  }

  private static @Nullable TrainedNetwork baseline(String init) {
    return init.contains(":")
        ? TrainedNetwork.open(Path.of(init.substring(init.indexOf(':') + 1)))
        : null;
  }

  /** Puts the weights of a baseline in place, or leaves those drawn; says which, for the log. */
  private static String initialize(
      ResNet network, @Nullable TrainedNetwork baseline, RunConfig config, TrainingData data) {
    if (baseline == null) {
      return "weights drawn from the seed";
    }
    boolean features = config.optimization().init().startsWith(FEATURES);
    ModelSpec own = baseline.checkpoint().spec();
    if (own.gate().ownsChannels() && !network.spec().gate().ownsChannels()) {
      throw new BadInputException(
          "--init: %s has owned channels (--gate memory), which this network does not have; remove them with softgate extract"
              .formatted(baseline.file()));
    }
    requireSameUnits(baseline, network.spec());
    int classes = baseline.checkpoint().data().classNames().size();
    if (features) {
      BaselineInitialization.initializeFeatures(network, baseline.checkpoint().network());
    } else if (classes != data.dataset().classes()) {
      throw new BadInputException(
          "--init: %s tells %d classes apart, these images have %d; --init features:%1$s takes the rest"
              .formatted(baseline.file(), classes, data.dataset().classes()));
    } else if (own.gate() instanceof StageGateSpec && own.sameLayersAs(network.spec())) {
      baseline.checkpoint().loadInto(network); // such as hard gates from soft ones
    } else {
      BaselineInitialization.initialize(network, baseline.checkpoint().network());
    }
    String name = network.name();
    OpenNetwork.requireFinite(
        network.named("--init: the network of " + baseline.file()), Checkpoint.DataFacts.of(data));
    network.named(name);
    return (features ? "weights below the classification from " : "weights from ")
        + baseline.file()
        + caveat(baseline.checkpoint().data(), data);
  }

  /** Weights of one kind of unit fit another that computes something else. */
  private static void requireSameUnits(TrainedNetwork baseline, ModelSpec wanted) {
    ModelSpec own = baseline.checkpoint().spec();
    boolean otherBlock = own.block() != wanted.block();
    if (otherBlock && own.block().text().equals(wanted.block().text())) {
      throw new BadInputException(
          "--init: %s has --bottleneck-stride %s; give it here too"
              .formatted(baseline.file(), own.block().stride()));
    }
    ShortcutKind projection = ShortcutKind.PROJECTION;
    if (own.shortcut() != wanted.shortcut()
        && own.shortcut() != projection
        && wanted.shortcut() != projection) {
      throw new BadInputException(
          "--init: %s has --shortcut %s; give it here too"
              .formatted(baseline.file(), own.shortcut().text()));
    }
  }

  /** What a baseline that a person chose has seen; one that is looked for has seen the same. */
  private static String caveat(Checkpoint.DataFacts baseline, TrainingData data) {
    if (baseline.dataSha256() == null) {
      return ", imported: it may have trained on this run's validation images";
    }
    if (!baseline.dataSha256().equals(data.dataset().sha256())) {
      return ", trained on other images";
    }
    return data.validation().length == 0 || data.split().sha256().equals(baseline.splitSha256())
        ? ""
        : ", which held out others: it may have trained on this run's validation images";
  }

  private TrainOutcome begin(Instant started, @Nullable Standby standby, String origin) {
    AtomicFiles.writeString(run.config(), config.toYaml());
    try (RunLog log = RunLog.attach(run.trainLog());
        TensorBoardListener events = new TensorBoardListener(run.path())) {
      LOG.info("run {} · {} · log {}", run.path(), data.dataset().source(), log.file());
      String wanted = request.config().execution().name();
      if (wanted != null && !wanted.equals(run.name())) {
        LOG.warn("there is a run named {} already; this one is named {}", wanted, run.name());
      }
      LOG.info(origin);
      EpochBounds.warnings(config).forEach(LOG::warn);
      logLabels();
      return train(started, standby, trainer(events));
    }
  }

  /**
   * How many labels are known to be wrong: a file of other images would give that away. And how
   * many images are left out, of which the clean labels only tell here whether that was right.
   */
  private void logLabels() {
    LabelFile labels = data.labels();
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

  private TrainOutcome resume(Instant started, @Nullable Standby standby) {
    List<String> warnings = new ArrayList<>();
    CheckpointStore checkpoints = new CheckpointStore(run.checkpoints());
    Checkpoint checkpoint = checkpoints.newestUsable(warnings::add);
    requireSameData(checkpoint);
    try (TensorBoardListener events = new TensorBoardListener(run.path())) {
      Trainer trainer = trainer(events);
      trainer.restore(checkpoint);
      // Whatever can be refused has been: from here on the folder changes.
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
        return train(started, standby, trainer);
      }
    }
  }

  private Trainer trainer(TensorBoardListener events) {
    List<TrainingListener> listeners = new ArrayList<>(List.of(events, new RunRecorder(run)));
    listeners.addAll(request.listeners());
    return new Trainer(
        config,
        data,
        network,
        teacher == null ? null : Distillation.of(config.skipping(), teacher.network()),
        new CheckpointStore(run.checkpoints()),
        run.dynamics(),
        listeners);
  }

  private TrainOutcome train(Instant started, @Nullable Standby standby, Trainer trainer) {
    List<Summary.Session> sessions =
        SessionsTable.append(
            run.sessions(), new Summary.Session(started.toString(), request.commandLine()));
    SummaryWriter summary = new SummaryWriter(config, data, run, sessions);
    Summary.Status status;
    Predictions test = null;
    if (standby != null) {
      standby.leaveBy(state -> leave(summary, state));
    }
    // After the teacher's: the number of libtorch's threads is that of the network that learns.
    try (BackboneEngine engine = config.execution().compute(network.spec()).attach(network)) {
      LOG.info("engine {}, canvas {}", config.execution().engine(), config.execution().canvas());
      String longStep =
          StepEstimate.announcement(
              network.spec(),
              data.dataset(),
              data.train().length,
              config.optimization().batchSize(),
              config.execution().threads());
      if (longStep != null) {
        LOG.info(longStep);
      }
      BooleanSupplier timeUp = timeUp(config, started);
      boolean ended =
          standby == null
              ? trainer.train(request.stopRequested(), timeUp)
              : trainer.train(request.stopRequested(), timeUp, standby);
      if (ended) {
        test = test(trainer, timeUp, standby);
      }
      status = test == null ? Summary.Status.INTERRUPTED : Summary.Status.FINISHED;
    } catch (RuntimeException | Error e) {
      fail(e, () -> write(summary, Summary.Status.FAILED, trainer, null));
      throw e;
    }
    Summary written = write(summary, status, trainer, test);
    return new TrainOutcome(
        run.path(), status == Summary.Status.INTERRUPTED, SummaryJson.values(written));
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
   * @param unsaved that state; null where the newest checkpoint is as new
   */
  private void leave(SummaryWriter summary, @Nullable Checkpoint unsaved) {
    Objects.requireNonNull(request.ending())
        .end(
            () -> {
              if (unsaved == null && !run.hasCheckpoint()) {
                return nothingToSave();
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
                  SummaryJson.values(
                      summary.write(
                          Summary.Status.INTERRUPTED,
                          saved.progress(),
                          saved.spec(),
                          saved.network(),
                          null)));
            });
  }

  private void requireSameData(Checkpoint checkpoint) {
    if (!data.dataset().sha256().equals(checkpoint.data().dataSha256())
        || !data.split().sha256().equals(checkpoint.data().splitSha256())) {
      throw new BadInputException(
          "%s was trained on other images than %s now has (SHA-256 %s, not %s); give --data-dir"
              .formatted(
                  run.path(),
                  config.data().dataset(),
                  data.dataset().sha256(),
                  checkpoint.data().dataSha256()));
    }
    String trained = checkpoint.data().labelsSha256();
    if (!Objects.equals(data.labelsSha256(), trained)) {
      throw new BadInputException(
          "%s was trained on other labels than %s now has (SHA-256 %s, not %s); give the file as it was with --labels"
              .formatted(
                  run.path(),
                  data.labels() == null ? "the data set" : data.labels().file(),
                  data.labelsSha256(),
                  trained));
    }
    Suspects suspects = data.suspects();
    if (suspects != null && !suspects.sha256().equals(checkpoint.data().scoresSha256())) {
      throw new BadInputException(
          "%s left images out by other scores than %s now has (SHA-256 %s, not %s); give the file as it was with --scores"
              .formatted(
                  run.path(),
                  suspects.file(),
                  suspects.sha256(),
                  checkpoint.data().scoresSha256()));
    }
  }

  private static BooleanSupplier timeUp(RunConfig config, Instant started) {
    Duration limit = config.execution().timeLimit();
    Instant deadline = limit == null ? Instant.MAX : started.plus(limit);
    return () -> Instant.now().isAfter(deadline);
  }

  /** The final network on the test images, written down; null where asked to stop before. */
  private @Nullable Predictions test(
      Trainer trainer, BooleanSupplier timeUp, @Nullable Standby standby) {
    Predictions test = trainer.finalTest();
    if (test == null) {
      if (standby != null) {
        standby.begin(null);
      }
      Map<String, HostTensor> trained = network.state();
      network.load(trainer.deployed());
      test =
          new Evaluator(network, data.normalization())
              .evaluate(
                  data.dataset().test(),
                  data.test(),
                  () -> request.stopRequested().getAsBoolean() || timeUp.getAsBoolean());
      network.load(trained);
      if (standby != null) {
        standby.end();
      }
    }
    if (test == null) {
      return null;
    }
    GatesTable.write(run.gatesTest(), test);
    return test;
  }

  /** The configuration with everything decided that was left to the data or the machine. */
  private static RunConfig resolved(RunConfig config, TrainingData data) {
    Map<String, String> decided = new LinkedHashMap<>();
    decided.put("split", data.split().kind());
    ModelSpec spec = config.model().spec(data.dataset().classes());
    if (spec.gated()) {
      decided.put(
          "gate-at",
          spec.gate().stages().stream().map(String::valueOf).collect(Collectors.joining(",")));
      decided.put(
          "gate-after",
          spec.gate().isLate()
              ? spec.gate().after().stream().map(String::valueOf).collect(Collectors.joining(","))
              : "none");
    }
    Compute compute = config.execution().compute(spec);
    decided.put("precision", compute.precision());
    decided.put("engine", compute.engine());
    decided.put("threads", Integer.toString(compute.threads()));
    String canvas = compute.chooseCanvas();
    if (!List.of(Compute.AUTO, canvas).contains(config.execution().canvas())) {
      LOG.warn("--canvas {}: of no effect on {}", config.execution().canvas(), compute.engine());
    }
    decided.put("canvas", canvas);
    if (config.optimization().init().equals("baseline")) {
      decided.put("init", BASELINE + BaselineRuns.newestMatching(config, data));
    }
    return config.with(decided);
  }

  private static String name(RunConfig config, TrainingData data) {
    String given = config.execution().name();
    if (given != null) {
      return given;
    }
    OptimizationConfig optimization = config.optimization();
    GateSpec gate = config.model().spec(data.dataset().classes()).gate();
    boolean trainsItself = gate.trainsItself();
    return RunName.of(
        new RunName.Parts(
            data.validation().length > 0,
            config.data().dataset(),
            networkName(config.model(), gate),
            config.model().depth(),
            optimization.schedule(),
            optimization.epochs(),
            optimization.batchSize(),
            data.train().length,
            !optimization.init().equals("scratch"),
            trainsItself ? optimization.gateIters() : 0,
            optimization.lrGate(),
            optimization.scheduleGate() == GateSchedule.CONSTANT,
            optimization.lr(),
            suffix(gate)));
  }

  private static String suffix(GateSpec gate) {
    return gate instanceof StageGateSpec stage && stage.tap() == GateTap.ENTRY
        ? gate.decides() ? "entry_hard" : "entry"
        : "";
  }

  /** As the published models are named where they have one: {@code resnet_gate_classifier}. */
  private static String networkName(ModelConfig model, GateSpec gate) {
    StringBuilder name = new StringBuilder(model.arch().replaceFirst("\\d+$", ""));
    if (!model.shortcut().equals("projection")) {
      name.append('_').append(model.shortcut());
    }
    if (!model.bottleneckStride().equals(RunConfig.defaults().model().bottleneckStride())) {
      name.append('_').append(model.bottleneckStride());
    }
    if (gate.exists()) {
      name.append("_gate_").append(gate.kind().text());
      if (gate.penalty() != GatePenalty.NONE) {
        name.append('_').append(gate.penalty().text());
      }
      if (gate instanceof UnitGateSpec unit && unit.kernel() != GateKernel.ELEMENT_1X1) {
        name.append('_').append(unit.kernel().text());
      }
      if (!gate.hasPublishedPlace()) {
        name.append("_b");
        gate.stages().forEach(name::append);
        if (gate.isLate()) {
          gate.after().forEach(units -> name.append('_').append(units));
        }
      }
    }
    return name.toString();
  }
}
