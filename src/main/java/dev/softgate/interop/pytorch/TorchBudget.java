package dev.softgate.interop.pytorch;

/**
 * The memory that reading one file may take. Deflated entries and tensors whose strides repeat
 * elements can be far larger than the file; an honest checkpoint is not.
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

  /** Sixteen times the file and 64 MiB, but no more than three quarters of the heap. */
  static TorchBudget of(TorchSource source) {
    long heap = Runtime.getRuntime().maxMemory() / 4 * 3;
    return new TorchBudget(
        source.refusal(), Math.min(heap, source.size() * TIMES_THE_FILE + SMALL_FILE_BYTES));
  }

  /**
   * Notes that memory is about to be allocated.
   *
   * @param what for the message, as in "tensor \"w\""
   * @throws dev.softgate.BadInputException if that is more than is left
   */
  void take(long bytes, String what) {
    if (bytes > left) {
      throw refusal.tooLarge(
          "%s takes %d bytes, and with this heap all of a file of this size may take %d"
              .formatted(what, bytes, limit));
    }
    left -= bytes;
  }
}
