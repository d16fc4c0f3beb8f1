package dev.softgate;

/** Is told how far long work has come, by one thread at a time. */
@FunctionalInterface
public interface Progress {

  Progress NONE = (activity, done, total) -> {};

  /**
   * Work goes on.
   *
   * @param activity what is done, such as {@code decoding}
   * @param done how many steps are done; {@code total}, once, at the end
   */
  void progressed(String activity, int done, int total);
}
