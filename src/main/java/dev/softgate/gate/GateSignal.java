package dev.softgate.gate;

import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * The outputs of a gate for a batch. Owner: the scope in which it was computed.
 *
 * @param logits float32: N×K of a classifier, N×2 of a choice between two; else null
 * @param entropyNats hardness H, float32, N, in [0, ln K]; null of gates that are no classifiers
 * @param g weight of the additional layers, or mean weight of the branch, float32, N; in (0, 1),
 *     but for the raw calibration
 * @param penalty a scalar; null without
 */
public record GateSignal(
    @Nullable Tensor logits, @Nullable Tensor entropyNats, Tensor g, @Nullable Tensor penalty) {

  /** Gives the tensors to the scope around {@code scope}. */
  public GateSignal handOn(Scope scope) {
    return new GateSignal(
        handOn(scope, logits), handOn(scope, entropyNats), scope.handOn(g), handOn(scope, penalty));
  }

  private static @Nullable Tensor handOn(Scope scope, @Nullable Tensor tensor) {
    return tensor == null ? null : scope.handOn(tensor);
  }
}
