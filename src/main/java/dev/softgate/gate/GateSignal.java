package dev.softgate.gate;

import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a gate computes for a batch. Owner: the scope in which it was computed.
 *
 * @param logits float32, N×K from a classifier or N×2 from a choice; null from other gates
 * @param entropyNats hardness H, float32, N, in [0, ln K]; null if the gate computes no entropy
 * @param g weight of the additional layers, or of the branch, float32, N, in (0, 1) unless the
 *     calibration is raw; for a gate in a unit, the mean over its decisions
 * @param penalty added to the loss, a scalar; null without one
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
