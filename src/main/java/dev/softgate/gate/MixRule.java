package dev.softgate.gate;

import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** Which weight a stage's additional layers get in a forward pass, given the gate's g. */
@FunctionalInterface
public interface MixRule {

  /** g itself. */
  MixRule SOFT = (gate, g) -> g;

  /** 1, whatever g is: nothing is skipped. */
  MixRule ALL_LAYERS = (gate, g) -> null;

  /**
   * The weight of the additional layers; o1 gets the rest.
   *
   * @param gate its number in the order of the stages, from 0
   * @param g the gate's output, float32, N
   * @return float32, N; null for 1
   */
  @Nullable Tensor weight(int gate, Tensor g);
}
