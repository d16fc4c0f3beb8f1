package dev.softgate.cli;

import dev.softgate.sweep.RunState;
import dev.softgate.sweep.SweepFolder;
import dev.softgate.sweep.SweepListener;
import dev.softgate.sweep.SweepOutcome;
import dev.softgate.sweep.SweepRun;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a sweep: a line in the log when a run starts or ends, and how the runs that are being
 * trained stand: on a terminal as a live table, elsewhere as a line a minute for each that has gone
 * on.
 */
final class SweepProgress implements SweepListener, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SweepProgress.class);
  private static final int MOST_ROWS = 12;
  private static final double NANOS = 1e9;
  private static final long LOG_NANOS = 60_000_000_000L;

  private final SweepFolder folder;
  private final @Nullable LiveTable table;
  private final long intervalNanos;
  private final Map<String, Integer> told = new HashMap<>();
  private final long start = System.nanoTime();
  private long loggedNanos = start;

  /**
   * Progress of one sweep.
   *
   * @param table the live table; null for none
   * @param intervalNanos between two lines of the log about the same run, without a table
   */
  SweepProgress(SweepFolder folder, @Nullable LiveTable table, long intervalNanos) {
    this.folder = folder;
    this.table = table;
    this.intervalNanos = intervalNanos;
  }

  /** With a table if standard error is a terminal. */
  static SweepProgress forStandardError(SweepFolder folder) {
    return new SweepProgress(folder, LiveTable.onStandardError(), LOG_NANOS);
  }

  @Override
  public void threadsDiffer(int before, int now) {
    clear();
    LOG.warn(
        "finished runs of this sweep were trained with --threads {}, the next get {}: results may"
            + " differ in rounding; give --threads {} to keep them alike",
        before,
        now,
        before);
  }

  @Override
  public void started(SweepRun run, RunState before) {
    clear();
    LOG.info("{} {}", before == RunState.MISSING ? "start" : "continue", run.name());
  }

  @Override
  public void ended(SweepRun run, RunState state, String detail) {
    clear();
    if (state == RunState.FAILED) {
      LOG.warn("failed {}: {} (log {})", run.name(), detail, folder.log(run));
    } else {
      LOG.info("{} {}: {}", state.text(), run.name(), detail);
    }
  }

  @Override
  public void leftToOthers(SweepRun run) {
    clear();
    LOG.info("another process trains {}", run.name());
  }

  @Override
  public void progress(SweepOutcome counts, Supplier<List<Live>> live) {
    if (table != null) {
      table.show(() -> rows(counts, live.get()));
    } else if (System.nanoTime() - loggedNanos >= intervalNanos) {
      loggedNanos = System.nanoTime();
      List<Live> now = live.get();
      now.stream().limit(MOST_ROWS).forEach(this::log);
      if (!left(counts).isEmpty()) {
        LOG.info("{}", standing(counts, now.size()));
      }
    }
  }

  /** A line a run, if it has done an epoch since the last. */
  private void log(Live one) {
    Integer before = told.put(one.run().name(), one.epochs());
    if (one.epochs() > (before == null ? 0 : before)) {
      LOG.info("{} of {} epochs{}: {}", one.epochs(), epochs(one), accuracy(one), one.run().name());
    }
  }

  private List<String> rows(SweepOutcome counts, List<Live> live) {
    List<String> rows = new ArrayList<>();
    rows.add(standing(counts, live.size()));
    for (Live one : live.subList(0, Math.min(MOST_ROWS, live.size()))) {
      rows.add(
          "  epoch %d/%d%s%s  %s"
              .formatted(
                  Math.min(one.epochs() + 1, epochs(one)),
                  epochs(one),
                  accuracy(one),
                  one.here() ? "" : "  elsewhere",
                  one.run().name()));
    }
    return rows;
  }

  /** How many runs are finished, and the time for the rest. */
  private String standing(SweepOutcome counts, int live) {
    return "%s  %d of %d finished%s, %d in training, %d to go%s"
        .formatted(
            counts.sweep(),
            counts.finished(),
            counts.runs(),
            counts.failed() > 0 ? ", " + counts.failed() + " failed" : "",
            live,
            counts.missing() - live,
            left(counts));
  }

  private static String accuracy(Live one) {
    return Double.isNaN(one.validationAccuracy())
        ? ""
        : String.format(Locale.ROOT, ", val %.1f%%", 100 * one.validationAccuracy());
  }

  private static int epochs(Live one) {
    return one.run().config().optimization().epochs();
  }

  /** The time for the rest, if its runs take as long as the finished ones. */
  private String left(SweepOutcome counts) {
    if (counts.trained() == 0 || counts.missing() == 0) {
      return "";
    }
    double seconds = (System.nanoTime() - start) / NANOS * counts.missing() / counts.trained();
    return ", about " + ProgressText.time(seconds) + " left";
  }

  /** Makes room for a line of the log; the table comes back by itself. */
  void clear() {
    if (table != null) {
      table.clear();
    }
  }

  @Override
  public void close() {
    clear();
  }
}
