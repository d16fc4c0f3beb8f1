package dev.softgate.torch;

import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * Owns the tensors that are created while it is open, and frees them when it closes.
 *
 * <p>Scopes nest: a tensor belongs to the innermost open scope of its thread. One training step or
 * one evaluated batch is one scope, so native memory does not grow with steps. {@link Module}s
 * remove their parameters from all scopes.
 */
public final class Scope implements AutoCloseable {

  static {
    NativeLibraries.unpack();
  }

  private final @Nullable PointerScope around = PointerScope.getInnerScope();
  private final PointerScope pointers = new PointerScope();

  private Scope() {}

  /** Opens a scope on the calling thread. Close it on the same thread, innermost first. */
  public static Scope open() {
    return new Scope();
  }

  /**
   * Computes one tensor in its own scope and hands it to the enclosing scope. Intermediates that no
   * gradient needs are freed at once, so their memory is reused while it is cached.
   */
  public static Tensor compute(Supplier<Tensor> computation) {
    try (Scope scope = open()) {
      return scope.handOn(computation.get());
    }
  }

  /**
   * Moves a tensor to the enclosing scope, so that it outlives this one. Without an enclosing scope
   * the garbage collector owns it.
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
