package dev.softgate.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;

/** Makes text from outside, such as file names, fit for a one-line message. */
public final class OneLine {

  private static final int MAX_CHARS = 300;

  /** What separates libtorch's messages from the frames of its stack. */
  private static final String LIBTORCH_TRACE = "\nException raised from ";

  private OneLine() {}

  /** Replaces control characters and truncates long text. */
  public static String of(Object text) {
    String line = String.valueOf(text).replaceAll("[\\p{Cntrl}\\u2028\\u2029]", "?");
    return line.length() <= MAX_CHARS ? line : line.substring(0, MAX_CHARS) + "…";
  }

  /** Describes an error in JSON or YAML without the parser's class names and settings. */
  public static String of(JsonProcessingException cause) {
    String line = cause.getOriginalMessage().lines().findFirst().orElse("unreadable");
    if (line.startsWith("Trailing token")) {
      return "there is more than one document";
    }
    if (line.startsWith("Expected a field name (Scalar")) {
      return "a key must be plain text";
    }
    return of(line.replaceAll(", from `[^`]*`", ""));
  }

  public static String of(Throwable cause) {
    if (cause instanceof IOException failure) {
      return of(MachineTrouble.reason(failure));
    }
    String message = cause.getMessage();
    if (message == null) {
      return cause.getClass().getSimpleName();
    }
    int trace = message.indexOf(LIBTORCH_TRACE);
    return of(trace < 0 ? message : message.substring(0, trace));
  }
}
