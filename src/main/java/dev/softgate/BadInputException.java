package dev.softgate;

/**
 * Says that what a person supplied cannot be used: an option, a file, a folder, a configuration.
 *
 * <p>The message is one line that says what is wrong, where, and what to do about it. The command
 * line prints it without a stack trace and exits with code 2. Errors of the program itself use
 * other exceptions.
 */
public class BadInputException extends RuntimeException {

  /** Creates the exception with its one-line message. */
  public BadInputException(String message) {
    super(message);
  }

  /** Creates the exception with its one-line message and what led to it. */
  public BadInputException(String message, Throwable cause) {
    super(message, cause);
  }
}
