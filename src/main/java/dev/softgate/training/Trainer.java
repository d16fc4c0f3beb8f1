package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.evaluation.BatchImages;
import dev.softgate.evaluation.NonFiniteException;
import dev.softgate.evaluation.Predictions;
import dev.softgate.evaluation.SkipBlend;
import dev.softgate.evaluation.SkipSetting;
import dev.softgate.gate.ChannelOwners;
import dev.softgate.gate.MixRule;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import dev.softgate.training.Progress.Best;
import dev.softgate.training.Progress.Effort;
import dev.softgate.training.TrainingListener.EpochGates;
import dev.softgate.training.TrainingListener.EpochTiming;
import dev.softgate.training.TrainingListener.StepProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The training of one network: the map of the program.
 *
 * <pre>
 *   for each epoch
 *     rates = schedules at the epoch
 *     for each batch of the loader, shuffled and augmented by (seed, epoch, image)
 *       step: forward, two losses, one backward, two updates      {@link TrainingStep}
 *       write down what it saw of each image                      {@link DynamicsRecorder}
 *       every half minute, or when asked to stop: checkpoint
 *     validate, and test where due                                {@link EpochEvaluation}
 *     tell the listeners; checkpoint last, best, every 50th, and those to be kept
 *   final checkpoint
 * </pre>
 *
 * <p>Validation chooses the best epoch; the test images choose nothing (docs/decisions/0003). A
 * checkpoint holds all that the rest of the run depends on, so a run that was killed and resumed
 * ends with the same bits.
 */
public final class Trainer {

  private final RunConfig config;
  private final TrainingData data;
  private final ResNet network;
  private final @Nullable HardGates hardGates;
  private final TrainingStep step;
  private final EpochEvaluation evaluation;
  private final OwnedChannelsOff memory;
  private final CheckpointStore checkpoints;
  private final DynamicsRecorder dynamics;
  private final List<TrainingListener> listeners;
  private final LearningRateSchedule learningRate;

  private final List<EpochMetrics> history = new ArrayList<>();
  private int epoch;
  private int nextBatch;
  private EpochTotals totals;
  private @Nullable Best best;
  private Effort effort = Effort.NONE;
  private long sessionImages; // of this epoch, since the training began or was resumed
  private @Nullable Predictions finalTest;

  /** A trainer of {@code network} from where it is. */
  public Trainer(
      RunConfig config,
      TrainingData data,
      ResNet network,
      CheckpointStore checkpoints,
      List<TrainingListener> listeners) {
    this(config, data, network, null, checkpoints, null, listeners);
  }

  /**
   * A trainer of {@code network} from where it is.
   *
   * @param distillation what it learns from besides labels; null for nothing
   * @param dynamics the folder for what is written down of each training image; null for none
   */
  public Trainer(
      RunConfig config,
      TrainingData data,
      ResNet network,
      @Nullable Distillation distillation,
      CheckpointStore checkpoints,
      @Nullable Path dynamics,
      List<TrainingListener> listeners) {
    this.config = config;
    this.data = data;
    this.network = network;
    this.hardGates = HardGates.of(config, network);
    this.step =
        new TrainingStep(
            network,
            config.optimization().momentum(),
            config.optimization().weightDecay(),
            new TrainingStep.LossWeights(
                config.optimization().lambdaMem(),
                config.optimization().labelSmoothing(),
                config.skipping().skipLoss()),
            hardGates == null ? MixRule.SOFT : hardGates,
            distillation);
    this.checkpoints = checkpoints;
    this.dynamics = new DynamicsRecorder(config.execution().dynamics(), dynamics, data);
    this.memory = new OwnedChannelsOff(config, data, network);
    this.evaluation = new EpochEvaluation(config, data, network, hardGates, this.dynamics, memory);
    this.listeners = List.copyOf(listeners);
    this.learningRate = LearningRateSchedule.of(config.optimization());
    this.totals = newTotals();
  }

  /** As {@link #train(BooleanSupplier, Standby)}, however long a step takes. */
  public boolean train(BooleanSupplier stop) {
    return train(stop, Standby.none());
  }

  /**
   * Trains to the last epoch, or until asked to stop. Then the state is saved and the training
   * returns. An evaluation that was broken off is done anew by the training that goes on from
   * there.
   *
   * @param stop asked after each step, and between two batches of an evaluation
   * @param standby told of each step and evaluation, and of the state before
   * @return whether it came to the end
   * @throws DivergenceException if a loss, a weight, or a prediction after an epoch is NaN or
   *     infinite
   */
  public boolean train(BooleanSupplier stop, Standby standby) {
    int epochs = config.optimization().epochs();
    int batchesPerEpoch = -Math.floorDiv(-data.train().length, config.optimization().batchSize());
    listeners.forEach(l -> l.trainingStarted(epoch, epochs, batchesPerEpoch, data.train().length));
    dynamics.begin(epoch);
    if (epoch == 0 && nextBatch == 0) {
      Checkpoint untrained = checkpoint();
      checkpoints.keepIfDue(untrained);
      saveLast(untrained); // so that a run killed before the next is due can be resumed
    }
    standby.end();
    while (epoch < epochs) {
      long start = System.nanoTime();
      if (!trainEpoch(stop, standby)) {
        save();
        return false;
      }
      double trainSeconds = secondsSince(start);
      TrainingStep.Rates rates = rates();
      standby.begin(() -> checkpoint(0, trainSeconds, secondsSince(start)));
      EpochEvaluation.Result said = evaluate(stop);
      standby.end();
      if (said == null) {
        effort = effort.plus(0, trainSeconds, secondsSince(start));
        save();
        return false;
      }
      Predictions validation = said.validation();
      Predictions test = said.test();
      EpochMetrics metrics =
          new EpochMetrics(
              epoch,
              rates.main(),
              gateTrainsItself() ? rates.gate() : null,
              totals.metrics(),
              validation == null ? null : validation.metrics(),
              test == null ? null : test.metrics(),
              said.skipping());
      finishEpoch(metrics, validation, trainSeconds, secondsSince(start));
      finalTest = epoch == epochs ? test : null;
    }
    return true;
  }

  private EpochEvaluation.@Nullable Result evaluate(BooleanSupplier stop) {
    try {
      return evaluation.run(epoch, totals, stop);
    } catch (NonFiniteException e) {
      throw new DivergenceException(
          "the training diverged: after epoch %d the network %s; %s"
              .formatted(epoch + 1, e.finding(), wayOut()),
          e);
    }
  }

  private String wayOut() {
    return "last good checkpoint: %s; try a lower --lr".formatted(checkpoints.file("last"));
  }

  /** Runs the rest of the current epoch; false where it was asked to stop before its end. */
  private boolean trainEpoch(BooleanSupplier stop, Standby standby) {
    OptimizationConfig optimization = config.optimization();
    TrainingStep.Rates rates = rates();
    Speedometer speedometer = new Speedometer();
    double checkpointSeconds = config.execution().checkpointMinutes() * 60;
    long lastSave = System.nanoTime();
    double stepSeconds = 0; // of the last one; the state before an epoch's first is on disk
    try (BatchLoader loader =
        data.batches(
            optimization.batchSize(),
            new BatchLoader.Epoch(optimization.seed(), epoch, nextBatch))) {
      for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
        boolean mainSteps = !gateTrainsItself() || (nextBatch + 1) % optimization.gateIters() == 0;
        if (hardGates != null) {
          hardGates.begin(epoch, nextBatch, loader.batches());
        }
        long stepStart = System.nanoTime();
        standby.begin(standby.isLong(stepSeconds) ? () -> checkpoint(speedometer) : null);
        TrainingStep.Result result = run(batch, rates, mainSteps);
        standby.end();
        stepSeconds = secondsSince(stepStart);
        requireFinite(result);
        totals.add(result, batch.size());
        dynamics.add(batch, result);
        if (hardGates != null) {
          totals.addSkipped(hardGates.skipped());
        }
        double imagesPerSecond = speedometer.stepDone(batch.size());
        StepProgress progress = progress(loader.batches(), imagesPerSecond);
        listeners.forEach(listener -> listener.stepFinished(progress));
        nextBatch++;
        boolean stopped = stop.getAsBoolean();
        boolean ended = nextBatch == loader.batches();
        boolean due = !ended && secondsSince(lastSave) >= checkpointSeconds;
        if (stopped || ended || due || standby.isLong(stepSeconds)) {
          requireFiniteState(result);
        }
        if (stopped) {
          effort = effort.plus(speedometer.images(), speedometer.seconds(), speedometer.seconds());
          return false;
        }
        if (due) {
          saveLast(checkpoint(speedometer));
          lastSave = System.nanoTime();
        }
      }
    }
    sessionImages = speedometer.images();
    effort = effort.plus(sessionImages, 0, 0);
    return true;
  }

  private TrainingStep.Result run(Batch batch, TrainingStep.Rates rates, boolean mainSteps) {
    try (Scope scope = Scope.open()) {
      Tensor images = BatchImages.of(batch);
      ChannelOwners owners = memory.ownersOf(batch, epoch);
      return step.run(images, Tensor.ofLabels(batch.labels()), owners, rates, mainSteps);
    }
  }

  private void requireFinite(TrainingStep.Result result) {
    if (!result.isFinite()) {
      throw diverged(nextBatch + 1, result, "");
    }
  }

  /**
   * Before a checkpoint: the last update may have spoilt the weights though its loss was finite.
   */
  private void requireFiniteState(TrainingStep.Result result) {
    if (!network.isFinite()) {
      throw diverged(nextBatch, result, ", and then weights that are not finite");
    }
  }

  private DivergenceException diverged(int batch, TrainingStep.Result result, String also) {
    return new DivergenceException(
        "the training diverged at epoch %d, batch %d: classification loss %s, gate loss %s%s;"
                .formatted(epoch + 1, batch, result.classificationLoss(), result.gateLoss(), also)
            + " "
            + wayOut(),
        null);
  }

  private void finishEpoch(
      EpochMetrics metrics, @Nullable Predictions validation, double trainSeconds, double seconds) {
    history.add(metrics);
    EpochGates gates =
        new EpochGates(
            network.gateNames(),
            totals.gates(),
            validation == null ? List.of() : validation.gates());
    EpochTiming timing = new EpochTiming(trainSeconds, seconds, sessionImages / trainSeconds);
    listeners.forEach(listener -> listener.epochFinished(metrics, gates, timing));

    PhaseMetrics validated = metrics.validation();
    boolean improved =
        validated != null && (best == null || validated.accuracy() > best.validationAccuracy());
    if (validated != null && improved) {
      best = new Best(epoch, validated.accuracy());
    }
    effort = effort.plus(0, trainSeconds, seconds);
    dynamics.write(epoch);
    epoch++;
    nextBatch = 0;
    totals = newTotals();
    // `last` comes last: a kill in between repeats the epoch's end and loses none of them.
    Checkpoint checkpoint = checkpoint();
    if (improved) {
      checkpoints.saveBest(checkpoint);
    }
    checkpoints.keepIfDue(checkpoint);
    if (epoch == config.optimization().epochs()) {
      checkpoints.saveFinal(checkpoint);
    }
    saveLast(checkpoint);
  }

  private void save() {
    saveLast(checkpoint());
  }

  private void saveLast(Checkpoint checkpoint) {
    Path file = checkpoints.saveLast(checkpoint);
    listeners.forEach(listener -> listener.checkpointSaved(file, checkpoint.progress().history()));
  }

  /** The state within an epoch: its end adds the effort of all its steps. */
  private Checkpoint checkpoint(Speedometer soFar) {
    return checkpoint(soFar.images(), soFar.seconds(), soFar.seconds());
  }

  private Checkpoint checkpoint(long images, double trainSeconds, double seconds) {
    Effort before = effort;
    effort = before.plus(images, trainSeconds, seconds);
    try {
      return checkpoint();
    } finally {
      effort = before;
    }
  }

  /** The state as it is. */
  Checkpoint checkpoint() {
    Sgd gateOptimizer = step.gateOptimizer();
    return new Checkpoint(
        config,
        Checkpoint.DataFacts.of(data),
        progress(),
        network.state(),
        step.mainOptimizer().velocity().toHost(),
        gateOptimizer == null ? null : gateOptimizer.velocity().toHost(),
        totals.gates(),
        dynamics.soFar(),
        nextBatch == 0 ? memory.statistics() : Map.of(), // else of other weights
        skipSetting());
  }

  /** By what this network skips when it predicts; null where training sets no thresholds. */
  private @Nullable SkipSetting skipSetting() {
    List<Double> thresholds = hardGates == null ? null : hardGates.thresholds();
    if (thresholds == null) {
      return null;
    }
    double most = // a share of all images needs one above every g
        SkipSetting.greatestThreshold(network.spec().gate(), network.spec().classes());
    return new SkipSetting(
        thresholds.stream().map(each -> Math.min(most, each)).toList(), SkipBlend.HARD);
  }

  /**
   * Goes on from a checkpoint of a run with the same configuration and data.
   *
   * @throws dev.softgate.BadInputException if it does not fit
   */
  public void restore(Checkpoint checkpoint) {
    checkpoint.loadInto(network);
    step.restore(checkpoint.mainVelocity(), checkpoint.gateVelocity());
    if (hardGates != null && checkpoint.skipping() != null) {
      hardGates.restore(checkpoint.skipping().thresholds());
    }
    Progress progress = checkpoint.progress();
    requireOfThisData(checkpoint);
    epoch = progress.epoch();
    nextBatch = progress.batch();
    history.clear();
    history.addAll(progress.history());
    best = progress.best();
    effort = progress.effort();
    totals = EpochTotals.restore(data.train().length, progress.totals(), checkpoint.epochGates());
    dynamics.restore(checkpoint.epochDynamics());
    memory.restore(checkpoint.channelsOff());
  }

  private void requireOfThisData(Checkpoint checkpoint) {
    long images = data.train().length;
    long batchSize = config.optimization().batchSize();
    Progress progress = checkpoint.progress();
    boolean fits =
        (progress.batch() - 1) * batchSize < images
            && progress.totals().images() == Math.min(images, progress.batch() * batchSize)
            && checkpoint.epochDynamics().values().stream().allMatch(q -> q.elements() == images);
    if (!fits) {
      throw new BadInputException(
          "%s: batch %d after %d images is no place in an epoch of %d images in batches of %d; take another checkpoint"
              .formatted(
                  checkpoint.file(),
                  progress.batch(),
                  progress.totals().images(),
                  images,
                  batchSize));
    }
  }

  /**
   * What the network of the last epoch says of the test images; null where this session did not
   * train to the end, though an earlier one may have.
   */
  public @Nullable Predictions finalTest() {
    return finalTest;
  }

  /** Parameters and buffers of the network as it would be deployed now. */
  public Map<String, HostTensor> deployed() {
    return checkpoint().deployed();
  }

  /** Where the training stands. */
  public Progress progress() {
    return new Progress(epoch, nextBatch, totals.saved(), history, best, effort);
  }

  private StepProgress progress(int batches, double imagesPerSecond) {
    PhaseMetrics means = totals.metrics();
    Double meanGate = means.meanGate();
    return new StepProgress(
        epoch,
        nextBatch,
        batches,
        means.classificationLoss(),
        means.accuracy(),
        meanGate == null ? Double.NaN : meanGate,
        imagesPerSecond);
  }

  private TrainingStep.Rates rates() {
    OptimizationConfig optimization = config.optimization();
    return new TrainingStep.Rates(
        learningRate.at(epoch), optimization.scheduleGate().at(epoch, optimization.lrGate()));
  }

  private EpochTotals newTotals() {
    return new EpochTotals(data.train().length, network.gateNames().size());
  }

  /** Whether a gate has an optimizer of its own, which steps on every batch. */
  private boolean gateTrainsItself() {
    return network.spec().gate().trainsItself();
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
