package dev.softgate;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Thrown if a setting, file or folder from the user cannot be used.
 *
 * <p>The message is one line: what is wrong, where, and what to do about it. It refers to a setting
 * as {@code {batch-size}}, a word of its own, so that each reader sees the familiar name: the
 * command line prints {@code --batch-size}, without a stack trace, and exits with code 2; {@link
 * #getMessage} has {@code batch-size}. Errors of the program itself use other exceptions.
 */
public class BadInputException extends RuntimeException {

  private static final Pattern SETTING =
      Pattern.compile("(?<![^\\s(])\\{([a-z][a-z0-9-]*)}(?=[:;,.)]*(?:\\s|$))");

  /** Stands for a brace in the text of a user until the message is read. No text has it. */
  private static final char BRACE = '\uFDD0';

  private final String message;

  /** Creates the exception with its one-line message. */
  public BadInputException(String message) {
    super(plain(message));
    this.message = message;
  }

  /**
   * Creates the exception with a message about values from the user.
   *
   * @param template the message, as for {@link String#format}; refers to settings
   * @param values may hold any text; braces in it stay as they are
   */
  public BadInputException(String template, @Nullable Object... values) {
    this(template.formatted(Arrays.stream(values).map(BadInputException::verbatim).toArray()));
  }

  /** Creates the exception with its one-line message and its cause. */
  public BadInputException(String message, Throwable cause) {
    super(plain(message), cause);
    this.message = message;
  }

  /** The same problem, prefixed with where it occurred. */
  public BadInputException in(Object where) {
    return new BadInputException(verbatim(where) + ": " + message, this);
  }

  /** The setting that the message begins with; null if it begins with something else. */
  public @Nullable String key() {
    Matcher setting = SETTING.matcher(message);
    return setting.lookingAt() ? setting.group(1) : null;
  }

  /** The message as it was made, with settings as {@code {batch-size}}; see {@link #named}. */
  public String marked() {
    return message;
  }

  /** A value for a message, whose braces refer to no setting; numbers stay numbers. */
  public static Object verbatim(@Nullable Object value) {
    return value instanceof Number ? value : String.valueOf(value).replace('{', BRACE);
  }

  /** A text with the bare names of settings: {@code batch-size}. */
  public static String plain(String text) {
    return named(text, name -> name);
  }

  /**
   * A text with the names of settings as a reader writes them.
   *
   * @param text refers to settings as {@code {batch-size}}
   * @param spelling what a name becomes
   */
  public static String named(String text, UnaryOperator<String> spelling) {
    return SETTING
        .matcher(text)
        .replaceAll(setting -> Matcher.quoteReplacement(spelling.apply(setting.group(1))))
        .replace(BRACE, '{');
  }
}
