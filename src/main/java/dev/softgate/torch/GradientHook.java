package dev.softgate.torch;

import java.util.function.UnaryOperator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.TensorBase;
import org.bytedeco.pytorch.TensorTensorHook;

/**
 * Changes the gradient that passes a place in a computation. Keep a hook as long as any computation
 * that it is part of: native code calls it.
 */
public final class GradientHook {

  private final TensorTensorHook hook;

  /**
   * A hook.
   *
   * @param change what becomes of a gradient, in the same shape; called on the thread of the
   *     backward pass, within its scope
   */
  public GradientHook(UnaryOperator<Tensor> change) {
    try (PointerScope scope = new PointerScope()) {
      hook =
          new TensorTensorHook() {
            @Override
            public TensorBase call(TensorBase gradient) {
              Tensor given = new Tensor(new org.bytedeco.pytorch.Tensor(gradient));
              return NoGradient.compute(() -> change.apply(given)).pointer();
            }
          };
      hook.retainReference(); // otherwise detaching frees it
      scope.detach(hook);
    }
  }

  /** The same values, without a copy; gradients that go back from here are changed. */
  public Tensor on(Tensor values) {
    Tensor same = values.view(values.shape());
    if (same.requiresGradient()) {
      same.pointer().register_hook(hook);
    }
    return same;
  }
}
