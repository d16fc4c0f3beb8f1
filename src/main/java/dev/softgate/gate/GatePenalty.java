package dev.softgate.gate;

import dev.softgate.Choice;
import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What is added to the classification loss so that the additional layers, or the branch, are used
 * only where they help. It is averaged over gates and weighed by λ.
 */
public enum GatePenalty implements Choice {
  /** Nothing. */
  NONE,
  /** mean(g²). */
  L2,
  /** Cross-entropy of a gate's two logits against the choice that spends nothing. */
  CROSS_ENTROPY,
  /** Binary cross-entropy of each of the two logits by itself, against 1 and 0. */
  BINARY_CROSS_ENTROPY;

  /**
   * The penalty for a gate that is one number: mean(g²).
   *
   * @param g float32, any shape
   * @return a scalar; null without a penalty
   */
  @Nullable Tensor ofWeight(Tensor g) {
    return switch (this) {
      case NONE -> null;
      case L2 -> g.multiply(g).mean();
      case CROSS_ENTROPY, BINARY_CROSS_ENTROPY -> throw undefined();
    };
  }

  /**
   * The penalty for a gate that chooses between two, averaged over all choices.
   *
   * @param idle logits for the choice that spends nothing, float32, any shape
   * @param busy logits for the other choice, the same shape
   * @return a scalar; null without a penalty
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
