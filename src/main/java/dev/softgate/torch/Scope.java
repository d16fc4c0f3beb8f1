package dev.softgate.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Owns the tensors that are made while it is open, and frees them when it closes.
 *
 * <p>Scopes nest: a tensor belongs to the innermost one open on its thread. One training step or
 * one evaluated batch is one scope, so native memory does not grow with steps. {@link Module}s take
 * their parameters out of any scope.
 */
public final class Scope implements AutoCloseable {

  static {
    NativeLibraries.unpack();
  }

  private final @Nullable PointerScope around = PointerScope.getInnerScope();
  private final PointerScope pointers = new PointerScope();

  private Scope() {}

  /** Opens a scope on the calling thread; close it on the same thread, innermost first. */
  public static Scope open() {
    return new Scope();
  }

  /**
   * Computes one tensor in a scope of its own, and hands it to the scope around: what led to it is
   * freed at once, as far as no gradient needs it, so that its memory is used again while it is
   * warm.
   */
  public static Tensor compute(Supplier<Tensor> computation) {
    try (Scope scope = open()) {
      return scope.handOn(computation.get());
    }
  }

  /**
   * Gives a tensor to the scope around this one, so that it outlives this one; to the garbage
   * collector where there is none.
   */
  public Tensor handOn(Tensor tensor) {
    if (around == null) {
      tensor.pointer().retainReference();
    } else {
      around.attach(tensor.pointer());
    }
    return tensor;
  }

  @Override
  public void close() {
    pointers.close();
  }
}
