package dev.softgate.onednn;

/**
 * The cost of a part of a step.
 *
 * @param seconds the time on one thread
 * @param bytes the size of the operations' arguments, each counted once per run, whether cached or
 *     not
 */
public record OperationCost(double seconds, double bytes) {

  OperationCost plus(OperationCost other) {
    return new OperationCost(seconds + other.seconds, bytes + other.bytes);
  }

  /** Returns the cost of one of {@code count} equal parts. */
  public OperationCost dividedBy(double count) {
    return new OperationCost(seconds / count, bytes / count);
  }
}
