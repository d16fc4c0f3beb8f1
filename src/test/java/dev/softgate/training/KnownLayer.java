package dev.softgate.training;

import dev.softgate.interop.HostTensor;
import dev.softgate.torch.Linear;
import java.util.Map;

/** A linear layer from three numbers to two, with known weights, for tests of optimizers. */
final class KnownLayer {

  static final float[] WEIGHT = {0.5f, -1f, 0.25f, 2f, -0.75f, 1.5f};
  static final float[] BIAS = {0.125f, -0.5f};

  private KnownLayer() {}

  static Linear layer() {
    Linear layer = new Linear(3, 2);
    layer.load(
        Map.of("weight", HostTensor.ofFloats(WEIGHT, 2, 3), "bias", HostTensor.ofFloats(BIAS, 2)));
    return layer;
  }
}
