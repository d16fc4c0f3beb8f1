package dev.softgate.labels;

import dev.softgate.Workers;
import dev.softgate.scoring.labels.ProbabilityRows;
import dev.softgate.scoring.labels.ProbabilityRows.Visitor;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Collects rows, as they are read, in blocks for visitors on several threads; see {@link
 * ProbabilityRows#readBlocks}. A few blocks are in memory at once.
 */
final class RowBlocks<V extends Visitor> implements Visitor, AutoCloseable {

  /** More would wait for the thread that reads. */
  private static final int MOST_THREADS = 16;

  private final int classes;
  private final int most;
  private final Supplier<V> visitors;
  private final Consumer<V> finished;
  private final int threads;
  private final ExecutorService executor;
  private final Queue<Future<V>> ahead = new ArrayDeque<>();
  private float[] values;
  private int count;
  private int first;

  RowBlocks(ProbabilityRows rows, int threads, Supplier<V> visitors, Consumer<V> finished) {
    this.classes = rows.classes();
    this.most = rows.blockRows();
    this.visitors = visitors;
    this.finished = finished;
    this.threads = Math.min(threads, MOST_THREADS);
    this.executor = Workers.pool("softgate-labels", this.threads);
    this.values = new float[most * classes];
  }

  @Override
  public void row(int image, float[] from, int start) {
    if (count == 0) {
      first = image;
    }
    System.arraycopy(from, start, values, count++ * classes, classes);
    if (count == most) {
      submit();
    }
  }

  private void submit() {
    V visitor = visitors.get();
    float[] block = values;
    int size = count;
    int from = first;
    ahead.add(
        executor.submit(
            () -> {
              for (int i = 0; i < size; i++) {
                visitor.row(from + i, block, i * classes);
              }
              return visitor;
            }));
    values = new float[block.length];
    count = 0;
    if (ahead.size() > threads + 1) {
      finish();
    }
  }

  /** Takes the visitor of the oldest block. */
  private void finish() {
    finished.accept(Workers.result(ahead.remove(), "reading probabilities"));
  }

  /** All rows have been read. */
  void finishAll() {
    if (count > 0) {
      submit();
    }
    while (!ahead.isEmpty()) {
      finish();
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
