package dev.softgate.gate;

import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a gate says of a batch. Owner: the scope in which it was computed.
 *
 * @param logits of a gate that is a classifier, float32, N×K, or of one that chooses between two,
 *     N×2; null of others
 * @param entropyNats hardness H, float32, N, in [0, ln K]; null of gates that are no classifiers
 * @param g weight of the additional layers, or of the branch, float32, N; of a gate in a unit the
 *     mean over its decisions. In (0, 1), but for the raw calibration
 * @param penalty that presses on this gate, a scalar; null without
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
