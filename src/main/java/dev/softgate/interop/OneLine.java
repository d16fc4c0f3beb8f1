package dev.softgate.interop;

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

  /** What an exception says, after its kind: {@code NoSuchFileException: data/x}. */
  public static String of(Throwable cause) {
    String kind = cause.getClass().getSimpleName();
    return cause.getMessage() == null ? kind : of(kind + ": " + cause.getMessage());
  }
}
