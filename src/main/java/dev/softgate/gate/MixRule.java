package dev.softgate.gate;

import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** What weight a stage's additional layers get in a forward pass, from what its gate says. */
@FunctionalInterface
public interface MixRule {

  /** g itself. */
  MixRule SOFT = (gate, g) -> g;

  /** 1, whatever the gates say: nothing is skipped. */
  MixRule ALL_LAYERS = (gate, g) -> null;

  /**
   * The weight of the additional layers; the rest is that of the stage's first unit.
   *
   * @param gate which, in the order of the stages, from 0
   * @param g what it says, float32, N
   * @return float32, N; null for 1
   */
  @Nullable Tensor weight(int gate, Tensor g);
}
