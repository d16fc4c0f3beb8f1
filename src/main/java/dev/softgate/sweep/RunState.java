package dev.softgate.sweep;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** How a run of a sweep stands, as its files tell. */
public enum RunState {
  /** Not begun. */
  MISSING,
  /** Begun, not finished, and nobody trains it now; it can be continued. */
  INTERRUPTED,
  /** A process, here or on another machine, trains it now. */
  RUNNING,
  FAILED,
  FINISHED;

  /** As files and messages have it. */
  @JsonValue
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
