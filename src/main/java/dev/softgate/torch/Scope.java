package dev.softgate.torch;

import org.bytedeco.javacpp.PointerScope;

/**
 * Owns the tensors that are made while it is open, and frees them when it closes.
 *
 * <p>Scopes nest: a tensor belongs to the innermost one open on its thread. One training step or
 * one evaluated batch is one scope, so native memory does not grow with steps. {@link Module}s take
 * their parameters out of any scope.
 */
public final class Scope implements AutoCloseable {

  private final PointerScope pointers = new PointerScope();

  private Scope() {}

  /** Opens a scope on the calling thread; close it on the same thread, innermost first. */
  public static Scope open() {
    return new Scope();
  }

  @Override
  public void close() {
    pointers.close();
  }
}
