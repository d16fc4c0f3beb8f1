package dev.softgate.training;

import dev.softgate.config.OptimizationConfig;
import dev.softgate.config.RunConfig;
import dev.softgate.data.Batch;
import dev.softgate.data.BatchLoader;
import dev.softgate.distributed.ProcessGroup;
import dev.softgate.evaluation.NonFiniteException;
import dev.softgate.evaluation.Predictions;
import dev.softgate.interop.HostTensor;
import dev.softgate.model.ResNet;
import dev.softgate.scoring.PhaseMetrics;
import dev.softgate.training.Progress.Best;
import dev.softgate.training.Progress.Effort;
import dev.softgate.training.TrainingHook.Place;
import dev.softgate.training.TrainingListener.EpochGates;
import dev.softgate.training.TrainingListener.EpochTiming;
import dev.softgate.training.TrainingListener.StepProgress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The training of one network: the map of the program.
 *
 * <pre>
 *   hooks: trainingStarted
 *   for each epoch
 *     for each batch of the loader, shuffled and augmented by (seed, epoch, image)
 *       rates = schedules at the epoch, and at the step
 *       hooks: stepStarts
 *       step: forward, two losses, one backward, two updates      {@link TrainingStep}
 *       hooks: stepEnded
 *       every half minute, or when asked to stop: checkpoint      hooks: save
 *     hooks: evaluationStarts
 *       validate, and test where due; hooks: evaluate             {@link EpochEvaluation}
 *     hooks: evaluationEnded, measured
 *     tell the listeners; hooks: epochEnded
 *     checkpoint last, best, every 50th, and those to be kept
 *   final checkpoint; it is also the best one where nothing validates
 * </pre>
 *
 * <p>What not every training has is a {@link TrainingHook}: measuring batch norm without owned
 * channels, recording dynamics, training to skip.
 *
 * <p>Validation chooses the best epoch; the test images choose nothing (docs/decisions/0003). A
 * checkpoint holds all that the rest of the run depends on, so a run that was killed and resumed
 * ends with the same bits.
 */
public final class Trainer {

  private final RunConfig config;
  private final TrainingData data;
  private final ResNet network;
  private final Replicas replicas;
  private final List<TrainingHook> hooks;
  private final TrainingStep step;
  private final JoinedSteps steps;
  private final EpochEvaluation evaluation;
  private final CheckpointStore checkpoints;
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
    this(
        config,
        data,
        network,
        Objective.LABELS,
        new TrainingRecord(checkpoints, null, listeners),
        ProcessGroup.alone());
  }

  /**
   * A trainer of {@code network} from where it is.
   *
   * @param objective what the network learns to predict
   * @param record where the training is written down, by rank 0 alone
   * @param group the processes that train together; all must be at the same place
   */
  public Trainer(
      RunConfig config,
      TrainingData data,
      ResNet network,
      Objective objective,
      TrainingRecord record,
      ProcessGroup group) {
    this.config = config;
    this.data = data;
    this.network = network;
    this.replicas = new Replicas(group, config);
    this.hooks = TrainingHooks.of(config, data, network, record.dynamics(), replicas);
    this.step = TrainingStep.of(config, network, objective, replicas);
    this.steps = new JoinedSteps(config, data.train().length, network, step, hooks, replicas);
    this.checkpoints = record.checkpoints();
    this.evaluation = new EpochEvaluation(config, data, network, hooks, replicas);
    this.listeners = record.listeners();
    this.learningRate = LearningRateSchedule.of(config.optimization());
    this.totals = newTotals();
  }

  /** As {@link #train(BooleanSupplier, Standby)}, however long a step takes. */
  public boolean train(BooleanSupplier stop) {
    return train(stop, Standby.none());
  }

  /**
   * Trains to the last epoch, or until asked to stop. Then the state is saved and the training
   * returns. The training that resumes from there repeats an evaluation that was cut short.
   *
   * @param stop asked after each step, and between two batches of an evaluation
   * @param standby told of each step and evaluation, and of the state before
   * @return whether it trained to the end
   * @throws DivergenceException if a loss, a weight, or a prediction after an epoch is NaN or
   *     infinite
   */
  public boolean train(BooleanSupplier stop, Standby standby) {
    int epochs = config.optimization().epochs();
    int batchesPerEpoch = replicas.share().batches(data.train().length);
    replicas.shareState(network);
    replicas.prepare(network);
    listeners.forEach(l -> l.trainingStarted(epoch, epochs, batchesPerEpoch, data.train().length));
    hooks.forEach(hook -> hook.trainingStarted(epoch));
    if (epoch == 0 && nextBatch == 0) {
      // so that a run killed before the next is due can be resumed
      save(this::checkpoint, checkpoints::keepIfDue);
    }
    standby.end();
    while (epoch < epochs) {
      long start = System.nanoTime();
      if (!trainEpoch(stop, standby)) {
        save(this::checkpoint);
        return false;
      }
      double trainSeconds = secondsSince(start);
      standby.begin(() -> checkpoint(0, trainSeconds, secondsSince(start)));
      EpochEvaluation.Result evaluated = evaluate(stop);
      standby.end();
      if (evaluated == null) {
        effort = effort.plus(0, trainSeconds, secondsSince(start));
        save(this::checkpoint);
        return false;
      }
      finishEpoch(metrics(evaluated), evaluated.validation(), trainSeconds, secondsSince(start));
      finalTest = epoch == epochs ? evaluated.test() : null;
    }
    return true;
  }

  private EpochMetrics metrics(EpochEvaluation.Result evaluated) {
    Predictions validation = evaluated.validation();
    Predictions test = evaluated.test();
    TrainingStep.Rates rates = rates(0);
    EpochMetrics metrics =
        new EpochMetrics(
            epoch,
            rates.main(),
            network.spec().gate().trainsItself() ? rates.gate() : null,
            totals.metrics(),
            validation == null ? null : validation.metrics(),
            test == null ? null : test.metrics(),
            null);
    for (TrainingHook hook : hooks) {
      metrics = hook.measured(metrics);
    }
    return metrics;
  }

  private EpochEvaluation.@Nullable Result evaluate(BooleanSupplier stop) {
    try {
      return evaluation.run(epoch, totals, stop);
    } catch (NonFiniteException e) {
      throw DivergenceException.after(epoch, e, checkpoints.file("last"));
    }
  }

  /** Runs the rest of the current epoch; false if asked to stop before its end. */
  private boolean trainEpoch(BooleanSupplier stop, Standby standby) {
    OptimizationConfig optimization = config.optimization();
    Speedometer speedometer = new Speedometer();
    double checkpointSeconds = config.execution().checkpointMinutes() * 60;
    long lastSave = System.nanoTime();
    double stepSeconds = 0; // of the last one; the state before an epoch's first is on disk
    try (BatchLoader loader =
        data.batches(
            replicas.share(), new BatchLoader.Epoch(optimization.seed(), epoch, nextBatch))) {
      for (Batch batch = loader.next(); batch != null; batch = loader.next()) {
        Place place = new Place(epoch, nextBatch, loader.batches());
        long stepStart = System.nanoTime();
        standby.begin(standby.isLong(stepSeconds) ? () -> checkpoint(speedometer) : null);
        TrainingHook.Trained trained = steps.take(batch, place, rates(place.done()), stop);
        standby.end();
        stepSeconds = secondsSince(stepStart);
        TrainingStep.Result result = trained.result();
        int size = trained.ids().length;
        requireFinite(result);
        totals.add(result, size);
        for (TrainingHook hook : hooks) {
          hook.stepEnded(trained, totals);
        }
        StepProgress progress =
            StepProgress.of(place, totals.metrics(), speedometer.stepDone(size));
        listeners.forEach(listener -> listener.stepFinished(progress));
        nextBatch++;
        boolean stopped = replicas.stops(stop);
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
          save(() -> checkpoint(speedometer));
          lastSave = System.nanoTime();
        }
      }
    }
    sessionImages = speedometer.images();
    effort = effort.plus(sessionImages, 0, 0);
    return true;
  }

  private void requireFinite(TrainingStep.Result result) {
    if (!result.isFinite()) {
      throw diverged(nextBatch + 1, result, "");
    }
  }

  /** Checked before a checkpoint: an update may spoil the weights though its loss was finite. */
  private void requireFiniteState(TrainingStep.Result result) {
    if (!network.isFinite()) {
      throw diverged(nextBatch, result, ", and then weights that are not finite");
    }
  }

  private DivergenceException diverged(int batch, TrainingStep.Result result, String also) {
    return DivergenceException.at(epoch, batch, result, also, checkpoints.file("last"));
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
    hooks.forEach(hook -> hook.epochEnded(epoch));
    epoch++;
    nextBatch = 0;
    totals = newTotals();
    boolean ended = epoch == config.optimization().epochs();
    boolean bestSoFar = improved || (ended && best == null);
    save(this::checkpoint, state -> checkpoints.saveEpoch(state, bestSoFar, ended));
  }

  private void save(Supplier<Checkpoint> state) {
    save(state, any -> {});
  }

  /** Saves the state: last as {@code last}, so that a kill in between repeats what precedes it. */
  private void save(Supplier<Checkpoint> state, Consumer<Checkpoint> before) {
    if (!replicas.leads()) {
      return;
    }
    Checkpoint checkpoint = state.get();
    before.accept(checkpoint);
    Path file = checkpoints.saveLast(checkpoint);
    listeners.forEach(listener -> listener.checkpointSaved(file, checkpoint.progress().history()));
  }

  /** The state within an epoch, whose effort is not yet part of {@link #effort}. */
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
    Progress progress = progress();
    Checkpoint.Extras extras = Checkpoint.Extras.NONE.with(replicas.processes());
    Map<String, HostTensor> state = network.state();
    for (TrainingHook hook : hooks) {
      extras = hook.save(extras, progress);
      state = hook.kept(state);
    }
    return new Checkpoint(
        config,
        Checkpoint.DataFacts.of(data),
        progress,
        state,
        step.optimizers(),
        totals.gates(),
        extras,
        null);
  }

  /**
   * Continues from a checkpoint of a run with the same configuration and data.
   *
   * @throws dev.softgate.BadInputException if it does not fit
   */
  public void restore(Checkpoint checkpoint) {
    checkpoint.loadInto(network);
    step.restore(checkpoint.optimizers());
    Progress progress = checkpoint.progress();
    replicas.requireSameWithinEpoch(checkpoint);
    data.requirePlace(checkpoint, replicas.share().total());
    epoch = progress.epoch();
    nextBatch = progress.batch();
    history.clear();
    history.addAll(progress.history());
    best = progress.best();
    effort = progress.effort();
    totals = EpochTotals.restore(data.train().length, progress.totals(), checkpoint.epochGates());
    hooks.forEach(hook -> hook.restore(checkpoint));
  }

  /** The test predictions of the last epoch; null where this session did not train it. */
  @Nullable Predictions finalTest() {
    return finalTest;
  }

  /**
   * Tests the network as it would be deployed now, unless the last epoch of this session did.
   *
   * @param stop asked between two batches
   * @return the predictions of the test images, of which there is one or more; null if stopped
   */
  public @Nullable Predictions test(BooleanSupplier stop) {
    if (finalTest == null) {
      finalTest = evaluation.test(checkpoint().deployed(), stop);
    }
    return finalTest;
  }

  /** Where the training stands. */
  public Progress progress() {
    return new Progress(epoch, nextBatch, totals.saved(), history, best, effort);
  }

  private TrainingStep.Rates rates(double done) {
    OptimizationConfig optimization = config.optimization();
    return new TrainingStep.Rates(
        learningRate.at(epoch, done),
        optimization.scheduleGate().at(epoch, optimization.gateRates()));
  }

  private EpochTotals newTotals() {
    return new EpochTotals(data.train().length, network.gateNames().size());
  }

  private static double secondsSince(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
