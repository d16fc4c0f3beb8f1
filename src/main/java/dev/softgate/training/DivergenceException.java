package dev.softgate.training;

/** A training whose loss is no number any more; the message says where and what was last good. */
public final class DivergenceException extends RuntimeException {
  DivergenceException(String message) {
    super(message);
  }
}
