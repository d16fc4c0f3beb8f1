package dev.softgate.distributed;

/** Another process of the group was asked to stop, and could not wait for this one. */
public final class StoppedTogetherException extends RuntimeException {

  private static final long serialVersionUID = 1;

  StoppedTogetherException(int rank) {
    super("rank " + rank + " was asked to stop");
  }
}
