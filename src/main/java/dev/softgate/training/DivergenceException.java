package dev.softgate.training;

/**
 * A training whose loss or weights are no numbers any more; the message says where and what was
 * last good.
 */
public final class DivergenceException extends RuntimeException {
  DivergenceException(String message) {
    super(message);
  }
}
