package dev.softgate.onednn;

/**
 * What a part of a step has cost.
 *
 * @param seconds of one thread
 * @param bytes of the operations' arguments, each once a run, whatever memory or cache they lie in
 */
public record Work(double seconds, double bytes) {

  /** Both together. */
  Work plus(Work other) {
    return new Work(seconds + other.seconds, bytes + other.bytes);
  }

  /** That of one of so many equal parts. */
  public Work dividedBy(double count) {
    return new Work(seconds / count, bytes / count);
  }
}
