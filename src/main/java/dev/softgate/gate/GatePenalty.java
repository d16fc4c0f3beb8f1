package dev.softgate.gate;

import dev.softgate.Choice;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** A loss on a gate for using the additional layers or the branch, averaged over gates, times λ. */
public enum GatePenalty implements Choice {
  NONE,
  L2,
  /** Cross-entropy of a gate's two logits against the choice that spends nothing. */
  CROSS_ENTROPY,
  /** Binary cross-entropy of each of the two logits by itself, against 1 and 0. */
  BINARY_CROSS_ENTROPY;

  /** mean(g²), a scalar, of float32 g of any shape; null without a penalty. */
  @Nullable Tensor ofWeight(Tensor g) {
    return switch (this) {
      case NONE -> null;
      case L2 -> g.multiply(g).mean();
      case CROSS_ENTROPY, BINARY_CROSS_ENTROPY -> throw undefined();
    };
  }

  /**
   * The penalty of a gate that chooses between two, averaged over all choices: a scalar, or null.
   * The logits are float32, of any one shape; idle is the choice that spends nothing.
   */
  @Nullable Tensor ofChoice(Tensor idle, Tensor busy) {
    return switch (this) {
      case NONE -> null;
      case CROSS_ENTROPY -> busy.subtract(idle).softplus().mean(); // −ln softmax(idle, busy)₁
      case BINARY_CROSS_ENTROPY ->
          idle.negate().softplus().add(busy.softplus()).mean().multiply(0.5);
      case L2 -> throw undefined();
    };
  }

  private IllegalStateException undefined() {
    return new IllegalStateException("penalty " + text() + " is not defined for this gate");
  }
}
