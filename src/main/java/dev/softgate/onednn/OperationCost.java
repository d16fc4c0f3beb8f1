package dev.softgate.onednn;

/**
 * What a part of a step has cost.
 *
 * @param seconds of one thread
 * @param bytes of the operations' arguments, each once a run, whatever memory or cache they lie in
 */
public record OperationCost(double seconds, double bytes) {

  /** Both together. */
  OperationCost plus(OperationCost other) {
    return new OperationCost(seconds + other.seconds, bytes + other.bytes);
  }

  /** That of one of so many equal parts. */
  public OperationCost dividedBy(double count) {
    return new OperationCost(seconds / count, bytes / count);
  }
}
