package dev.softgate.sweep;

import dev.softgate.run.Shard;
import dev.softgate.run.Summary;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Trains the runs of a sweep that are not finished, several at once:
 *
 * <pre>
 * runs of the shard that are not finished → queue
 * while something is queued, trained here, or trained by another process:
 *   start queued runs while fewer than {@code jobs} are trained here
 *   a run that ended is finished, interrupted or failed, as its files tell
 *   a run that another process has let go is queued again
 * </pre>
 *
 * <p>A run's lock decides who trains it, so that several processes may work on one folder, even on
 * the same shard.
 */
public final class Sweep {

  private static final long POLL_MILLIS = 200;

  private final SweepPlan plan;
  private final SweepFolder folder;
  private final Options options;
  private final SweepTrainer trainer;
  private final SweepListener listener;
  private final List<SweepRun> own;
  private final Deque<SweepRun> queue = new ArrayDeque<>();
  private final Map<SweepRun, SweepTrainer.Training> here = new LinkedHashMap<>();
  private final List<SweepRun> elsewhere = new ArrayList<>();
  private final Map<SweepRun, RunState> ended = new LinkedHashMap<>();
  private int trained;

  /**
   * How a sweep is trained.
   *
   * @param jobs how many runs at once
   * @param shard the runs to train, dealt out in the order of the plan
   * @param retryFailed whether runs that failed before are tried again
   */
  public record Options(int jobs, Shard shard, boolean retryFailed) {}

  private Sweep(
      SweepPlan plan,
      SweepFolder folder,
      Options options,
      SweepTrainer trainer,
      SweepListener listener) {
    this.plan = plan;
    this.folder = folder;
    this.options = options;
    this.trainer = trainer;
    this.listener = listener;
    this.own =
        IntStream.range(0, plan.runs().size())
            .filter(options.shard()::owns)
            .mapToObj(plan.runs()::get)
            .toList();
  }

  /** Trains runs as processes of this program, whose main class is given. */
  public static SweepTrainer processes(String main) {
    return (run, folder, threads) -> TrainingProcess.start(main, run, folder, threads);
  }

  /**
   * Trains until all runs of the shard have ended or a stop is requested.
   *
   * @param stop whether to save and end; a run of another process is then not waited for
   */
  public static SweepOutcome train(
      SweepPlan plan,
      SweepFolder folder,
      Options options,
      SweepTrainer trainer,
      SweepListener listener,
      BooleanSupplier stop)
      throws InterruptedException {
    folder.prepare(plan);
    Sweep sweep = new Sweep(plan, folder, options, trainer, listener);
    try {
      return sweep.train(stop);
    } finally {
      sweep.here.values().forEach(SweepTrainer.Training::stop); // only after an error
    }
  }

  private SweepOutcome train(BooleanSupplier stop) throws InterruptedException {
    own.forEach(this::sort);
    compareThreads();
    boolean stopping = false;
    while (true) {
      if (!stopping && stop.getAsBoolean()) {
        stopping = true;
        here.values().forEach(SweepTrainer.Training::stop);
      }
      while (!stopping && here.size() < options.jobs() && !queue.isEmpty()) {
        startOrLeave(queue.remove());
      }
      boolean done = here.isEmpty() && (stopping || (queue.isEmpty() && elsewhere.isEmpty()));
      listener.progress(outcome(), this::live);
      if (done) {
        return outcome();
      }
      awaitSome();
      if (!stopping) {
        lookElsewhere();
      }
    }
  }

  /** What to do with a run at the start. */
  private void sort(SweepRun run) {
    RunState state = folder.state(run);
    if (state == RunState.FAILED && options.retryFailed()) {
      folder.forgetFailure(run);
      queue.add(run);
    } else if (state == RunState.FINISHED || state == RunState.FAILED) {
      ended.put(run, state);
    } else {
      queue.add(run);
    }
  }

  /** Continued runs keep their threads; new ones may get others than those before had. */
  private void compareThreads() {
    queue.stream()
        .filter(run -> folder.state(run) == RunState.MISSING)
        .map(this::threads)
        .filter(Objects::nonNull)
        .findFirst()
        .ifPresent(
            now ->
                plan.runs().stream()
                    .map(folder::summary)
                    .filter(Objects::nonNull)
                    .map(summary -> summary.machine().threads())
                    .filter(before -> !before.equals(now))
                    .findFirst()
                    .ifPresent(before -> listener.threadsDiffer(before, now)));
  }

  private void startOrLeave(SweepRun run) {
    RunState state = folder.state(run);
    if (state == RunState.FINISHED) {
      ended.put(run, state);
    } else if (state == RunState.RUNNING) {
      leave(run);
    } else {
      listener.started(run, state);
      here.put(run, trainer.start(run, folder, threads(run)));
    }
  }

  private void leave(SweepRun run) {
    elsewhere.add(run);
    listener.leftToOthers(run);
  }

  /** The machine's processors are divided, unless the run says how many threads it has. */
  private @Nullable Integer threads(SweepRun run) {
    return run.config().execution().threads() > 0
        ? null
        : Math.max(1, Runtime.getRuntime().availableProcessors() / options.jobs());
  }

  /** Waits a moment, and takes note of the runs that have ended. */
  private void awaitSome() throws InterruptedException {
    long wait = POLL_MILLIS;
    for (SweepRun run : List.copyOf(here.keySet())) {
      SweepTrainer.Training training = here.get(run);
      SweepTrainer.End end = training == null ? null : training.await(wait);
      wait = 1;
      if (end != null) {
        here.remove(run);
        end(run, end.failure());
      }
    }
    if (wait == POLL_MILLIS) { // only other processes train
      Thread.sleep(POLL_MILLIS);
    }
  }

  private void end(SweepRun run, @Nullable String failure) {
    RunState state = folder.state(run);
    if (state == RunState.FINISHED) {
      folder.forgetFailure(run);
      trained++;
      ended.put(run, state);
      listener.ended(run, state, reached(run));
    } else if (state == RunState.RUNNING) {
      leave(run); // another process was faster
    } else if (failure != null) {
      folder.recordFailure(run, failure);
      ended.put(run, RunState.FAILED);
      listener.ended(run, RunState.FAILED, failure);
    } else {
      ended.put(run, RunState.INTERRUPTED);
      listener.ended(run, RunState.INTERRUPTED, "after " + folder.epochs(run) + " epochs");
    }
  }

  private String reached(SweepRun run) {
    Summary summary = folder.summary(run);
    Double accuracy = summary == null ? null : summary.results().testAccuracy();
    return accuracy == null
        ? "no test images"
        : String.format(Locale.ROOT, "test %.2f%%", 100 * accuracy);
  }

  private void lookElsewhere() {
    for (Iterator<SweepRun> runs = elsewhere.iterator(); runs.hasNext(); ) {
      SweepRun run = runs.next();
      RunState state = folder.state(run);
      if (state != RunState.RUNNING) {
        runs.remove();
        if (state == RunState.FINISHED || state == RunState.FAILED) {
          ended.put(run, state);
        } else {
          queue.add(run);
        }
      }
    }
  }

  private List<SweepListener.Live> live() {
    List<SweepListener.Live> live = new ArrayList<>();
    here.keySet().forEach(run -> live.add(live(run, true)));
    elsewhere.forEach(run -> live.add(live(run, false)));
    return live;
  }

  private SweepListener.Live live(SweepRun run, boolean isHere) {
    return new SweepListener.Live(run, folder.epochs(run), folder.validationAccuracy(run), isHere);
  }

  private SweepOutcome outcome() {
    Map<RunState, Integer> counts = new EnumMap<>(RunState.class);
    ended.values().forEach(state -> counts.merge(state, 1, Integer::sum));
    return new SweepOutcome(
        plan.name(),
        folder.path(),
        options.shard().toString(),
        own.size(),
        counts.getOrDefault(RunState.FINISHED, 0),
        trained,
        counts.getOrDefault(RunState.FAILED, 0),
        counts.getOrDefault(RunState.INTERRUPTED, 0),
        own.size() - ended.size());
  }
}
