package dev.softgate.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.softgate.BadInputException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Asserts that bad input is rejected with a BadInputException of one line. */
public final class OneLineErrors {

  private OneLineErrors() {}

  /** Runs what must be rejected with a message that contains these parts. */
  public static void assertRejected(ThrowingCallable call, String... parts) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).as("what was thrown").isInstanceOf(BadInputException.class);
    String message = String.valueOf(thrown.getMessage());
    for (String part : parts) {
      assertThat(message).contains(part);
    }
    assertThat(message).isNotBlank().doesNotContainPattern("[\\p{Cntrl}\u2028\u2029]");
  }
}
