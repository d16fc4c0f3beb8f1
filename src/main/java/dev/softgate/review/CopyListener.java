package dev.softgate.review;

/** Is told about the progress of copying. */
@FunctionalInterface
public interface CopyListener {

  /** Called after each file. */
  void copied(int done, int total);
}
