package dev.softgate.data;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the batches of one pass over a set, made ahead by a thread of its own.
 *
 * <p>What a batch holds is a function of the seed, the epoch, the ids and its number; neither the
 * thread nor where the pass began changes it. So a run resumed at batch k sees the batches it would
 * have seen.
 *
 * <p>At most {@value #AHEAD} finished batches wait, and one more is in the making. One thread
 * takes; {@link #close} may come from any.
 */
public final class BatchLoader implements AutoCloseable {

  private static final int AHEAD = 2;
  private static final long CLOSE_MILLIS = 10_000;

  /** What travels from the loader's thread: a batch, or null at the end, or why it stopped. */
  private record Parcel(@Nullable Batch batch, @Nullable Throwable failure) {}

  private static final Parcel END = new Parcel(null, null);

  private final BlockingQueue<Parcel> queue = new ArrayBlockingQueue<>(AHEAD);
  private final int batches;
  private final Thread thread;
  private volatile boolean closed;
  private @Nullable Parcel last;

  /** Starts making batches {@code firstBatch}, … {@code batches − 1} with {@code maker}. */
  BatchLoader(int batches, int firstBatch, IntFunction<Batch> maker) {
    if (firstBatch < 0 || firstBatch > batches) {
      throw new IllegalArgumentException(
          "first batch %d of %d batches".formatted(firstBatch, batches));
    }
    this.batches = batches;
    thread = new Thread(() -> makeAll(firstBatch, maker), "batch-loader");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * One epoch of training. The order of the ids depends on {@code seed} and {@code epoch}; how an
   * image is augmented on {@code seed}, {@code epoch} and its id.
   *
   * @param ids of the images to train on, each visited once
   * @param epoch zero-based
   * @param firstBatch zero-based batch to begin with; {@link #batches()} of them make the epoch
   * @throws IllegalArgumentException if an argument is outside its range
   */
  public static BatchLoader training(
      ImageSet images,
      int[] ids,
      Augmentation augmentation,
      Normalization normalization,
      int batchSize,
      long seed,
      int epoch,
      int firstBatch) {
    int[] order = ids.clone();
    new SplitMix64(SplitMix64.Purpose.EPOCH_ORDER, seed, epoch, 0).shuffle(order);
    BatchAssembly assembly =
        new BatchAssembly(
            images,
            order,
            id -> CropFlip.draw(augmentation, seed, epoch, id),
            normalization,
            batchSize);
    return new BatchLoader(assembly.batches(), firstBatch, assembly::batch);
  }

  /**
   * One pass over the ids in the order given, images as they are.
   *
   * @throws IllegalArgumentException if an argument is outside its range
   */
  public static BatchLoader evaluation(
      ImageSet images, int[] ids, Normalization normalization, int batchSize) {
    BatchAssembly assembly =
        new BatchAssembly(images, ids.clone(), id -> CropFlip.IDENTITY, normalization, batchSize);
    return new BatchLoader(assembly.batches(), 0, assembly::batch);
  }

  /**
   * The number of batches of the whole pass, those before the first one and a short last one in.
   */
  public int batches() {
    return batches;
  }

  /**
   * The next batch; null after the last. Waits until it is made.
   *
   * @throws IllegalStateException if the loader is closed, or the calling thread interrupted
   * @throws RuntimeException what stopped the loader's thread, if something did
   */
  public @Nullable Batch next() {
    Parcel parcel = last == null ? take() : last;
    if (parcel.batch == null) {
      last = parcel; // the end, or a failure, stays what it is
    }
    if (parcel.failure instanceof RuntimeException failure) {
      throw failure;
    }
    if (parcel.failure instanceof Error failure) {
      throw failure;
    }
    return parcel.batch;
  }

  private Parcel take() {
    try {
      Parcel parcel = closed ? END : queue.take();
      if (closed) {
        throw new IllegalStateException("the loader is closed");
      }
      return parcel;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", e);
    }
  }

  /** Stops the thread and drops what it made. May be called early, and again. */
  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(CLOSE_MILLIS); // a batch takes milliseconds; the limit only rules out a hang
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    queue.clear();
    queue.offer(END); // wakes a thread that waits in next()
  }

  private void makeAll(int firstBatch, IntFunction<Batch> maker) {
    try {
      for (int number = firstBatch; number < batches && !closed; number++) {
        queue.put(new Parcel(maker.apply(number), null));
      }
      queue.put(END);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // closed: nobody waits for more
    } catch (RuntimeException | Error e) {
      passOn(e);
    }
  }

  private void passOn(Throwable failure) {
    try {
      queue.put(new Parcel(null, failure));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
