package dev.softgate.training;

import org.jspecify.annotations.Nullable;

/**
 * A training whose losses, weights or predictions are NaN or infinite; the message says where and
 * what was last good.
 */
public final class DivergenceException extends RuntimeException {
  DivergenceException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
