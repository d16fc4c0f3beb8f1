package dev.softgate.data;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Hands out the batches of one pass over a set, which a thread of its own makes ahead: at most
 * {@value #AHEAD} wait. A batch is a function of the seed, the epoch, the ids and its number, so a
 * resumed run sees the same batches. One thread takes them; any thread may call {@link #close}.
 */
public final class BatchLoader implements AutoCloseable {

  private static final int AHEAD = 2;
  private static final long CLOSE_MILLIS = 10_000;

  /** What the loader's thread hands over: a batch, a failure, or neither at the end. */
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

  /** The rest of an epoch from a batch on; both are zero-based. */
  public record Epoch(long seed, int number, int firstBatch) {}

  /**
   * Loads one process's part of batches to train on, each id once. The order follows from the
   * epoch's seed and number, the augmentation of an image from these and its id.
   *
   * @throws IllegalArgumentException if an argument is outside its range
   */
  public static BatchLoader training(
      ImageSet images,
      int[] ids,
      Augmenter augmenter,
      Normalization normalization,
      BatchShare share,
      Epoch epoch) {
    int[] order = ids.clone();
    new SplitMix64(SplitMix64.Purpose.EPOCH_ORDER, epoch.seed, epoch.number, 0).shuffle(order);
    BatchAssembly assembly =
        new BatchAssembly(
            images,
            order,
            new EpochViews(augmenter, epoch),
            normalization,
            share,
            augmenter.mixup() == 0 ? null : new Mixup(augmenter.mixup(), epoch, ids));
    return new BatchLoader(assembly.batches(), epoch.firstBatch, assembly::batch);
  }

  private record EpochViews(Augmenter augmenter, Epoch epoch) implements BatchAssembly.Views {

    @Override
    public AugmentedView of(int id, int height, int width) {
      return augmenter.draw(epoch, id, height, width);
    }

    @Override
    public @Nullable ColorChange colors(int id) {
      return augmenter.jitter() == null ? null : augmenter.jitter().draw(epoch, id);
    }

    @Override
    public @Nullable CutOut cutOut(int id, int height, int width) {
      return augmenter.cutOut() == 0
          ? null
          : CutOut.draw(augmenter.cutOut(), epoch, id, height, width);
    }
  }

  /**
   * Loads images as they are, in the order of the ids.
   *
   * @throws IllegalArgumentException if an argument is outside its range
   */
  public static BatchLoader evaluation(
      ImageSet images, int[] ids, Normalization normalization, int batchSize) {
    BatchAssembly assembly =
        new BatchAssembly(
            images,
            ids.clone(),
            (id, height, width) -> CropFlip.IDENTITY,
            normalization,
            BatchShare.whole(batchSize));
    return new BatchLoader(assembly.batches(), 0, assembly::batch);
  }

  /**
   * Loads given batches of images, as they are or mirrored at the vertical axis.
   *
   * @param batches the ids of each batch, at least one
   * @throws IllegalArgumentException if an argument is outside its range
   */
  public static BatchLoader given(
      ImageSet images, List<int[]> batches, boolean mirrored, Normalization normalization) {
    CropFlip crop = mirrored ? CropFlip.MIRRORED : CropFlip.IDENTITY;
    return new BatchLoader(
        batches.size(),
        0,
        number -> {
          int[] ids = batches.get(number);
          return new BatchAssembly(
                  images,
                  ids,
                  (id, height, width) -> crop,
                  normalization,
                  BatchShare.whole(ids.length))
              .batch(0);
        });
  }

  /** The number of batches of the whole pass. */
  public int batches() {
    return batches;
  }

  /**
   * Waits for the next batch; null after the last.
   *
   * @throws IllegalStateException if the loader is closed, or the calling thread interrupted
   * @throws RuntimeException the failure of the loader's thread, if it failed
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

  /** Stops the thread and drops its batches. May be called early and more than once. */
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
