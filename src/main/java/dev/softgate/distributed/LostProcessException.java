package dev.softgate.distributed;

import org.jspecify.annotations.Nullable;

/** Another process of the group ended, could not be reached, or did not arrive in time. */
public final class LostProcessException extends RuntimeException {

  private static final long serialVersionUID = 1;

  LostProcessException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
