package dev.softgate.gate;

import dev.softgate.torch.Tensor;
import org.jspecify.annotations.Nullable;

/** Which weight a stage's additional layers get in a forward pass, given the gate's g. */
@FunctionalInterface
public interface MixRule {

  MixRule SOFT = (gate, g) -> g;

  /** 1, whatever g is: nothing is skipped. */
  MixRule ALL_LAYERS = (gate, g) -> null;

  /** The weight of a stage's additional layers, float32, N; null for 1. Gates count from 0. */
  @Nullable Tensor weight(int gate, Tensor g);
}
