package dev.softgate.interop.pytorch;

/**
 * The memory that reading one file may take. Deflated entries and tensors whose strides repeat
 * elements can be far larger than the file; in a valid checkpoint they are not.
 */
final class TorchBudget {

  private static final long SMALL_FILE_BYTES = 64L << 20;
  private static final long TIMES_THE_FILE = 16;

  private final TorchRefusal refusal;
  private final long limit;
  private long left;

  private TorchBudget(TorchRefusal refusal, long limit) {
    this.refusal = refusal;
    this.limit = limit;
    this.left = limit;
  }

  /** Sixteen times the file's size plus 64 MiB, but at most three quarters of the heap. */
  static TorchBudget of(TorchSource source) {
    long heap = Runtime.getRuntime().maxMemory() / 4 * 3;
    return new TorchBudget(
        source.refusal(), Math.min(heap, source.size() * TIMES_THE_FILE + SMALL_FILE_BYTES));
  }

  /** Takes memory from the budget, before it is allocated; refuses what exceeds it. */
  void take(long bytes, String what) {
    if (bytes > left) {
      throw refusal.tooLarge(
          "%s takes %d bytes, but a file of this size may take %d in all with this heap"
              .formatted(what, bytes, limit));
    }
    left -= bytes;
  }
}
