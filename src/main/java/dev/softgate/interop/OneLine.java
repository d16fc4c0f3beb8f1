package dev.softgate.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;

/**
 * Text from outside (file names, archive entries, server answers) made fit for a one-line message.
 */
public final class OneLine {

  private static final int MAX_CHARS = 300;

  private OneLine() {}

  /** The text with every control character replaced, cut where it is overlong. */
  public static String of(Object text) {
    String line = String.valueOf(text).replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + "…";
  }

  /** What is wrong with JSON or YAML, without the names of its parser's classes and settings. */
  public static String of(JsonProcessingException cause) {
    String line = cause.getOriginalMessage().lines().findFirst().orElse("unreadable");
    if (line.startsWith("Trailing token")) {
      return "a second document begins where the first should be all";
    }
    if (line.startsWith("Expected a field name (Scalar")) {
      return "a key must be plain text";
    }
    return of(line.replaceAll(", from `[^`]*`", ""));
  }

  /** What an exception says, in a person's words. */
  public static String of(Throwable cause) {
    if (cause instanceof IOException failure) {
      return of(MachineTrouble.reason(failure));
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : of(message);
  }
}
