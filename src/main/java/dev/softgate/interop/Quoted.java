package dev.softgate.interop;

/** Makes text from an untrusted file fit for a message: short and on one line. */
public final class Quoted {

  private static final int MAX_CHARACTERS = 80;

  private Quoted() {}

  /** The text in quotation marks. */
  public static String quoted(String text) {
    return '"' + oneLine(text) + '"';
  }

  /** The text with {@code ?} for control characters and line ends, and {@code …} if truncated. */
  public static String oneLine(String text) {
    boolean whole = text.length() <= MAX_CHARACTERS;
    String start = whole ? text : text.substring(0, MAX_CHARACTERS);
    return start.replaceAll("\\p{Cntrl}|\\R", "?") + (whole ? "" : "…");
  }
}
