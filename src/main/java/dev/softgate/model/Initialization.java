package dev.softgate.model;

import dev.softgate.gate.UnitGate;
import dev.softgate.torch.BatchNorm2d;
import dev.softgate.torch.Conv2d;
import dev.softgate.torch.Device;
import dev.softgate.torch.Linear;
import dev.softgate.torch.Module;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Scope;
import dev.softgate.torch.Tensor;
import java.util.Random;
import java.util.function.ToDoubleFunction;

/**
 * Draws the parameters of an untrained network, as the published code does: convolutions normal
 * with deviation √(2/(k·k·out)), linear layers and their biases uniform in ±1/√in, batch norm scale
 * 1 and shift 0, the bias of a gate in a unit as specified.
 *
 * <p>A parameter's values depend on the seed and its full name alone, so they are the same on every
 * machine, and a gated network and its baseline share what they have in common.
 */
final class Initialization {

  private Initialization() {}

  static void initialize(Module network, long seed) {
    network.forEachModule(
        (name, module) -> {
          if (module instanceof Conv2d conv) {
            long[] shape = conv.weight().value().shape(); // out×in×k×k
            double deviation = Math.sqrt(2.0 / (shape[2] * shape[3] * shape[0]));
            draw(conv.weight(), seed, name + "weight", r -> r.nextGaussian() * deviation);
          } else if (module instanceof UnitGate gate && gate.layer().bias() != null) {
            draw(gate.layer().bias(), seed, name + "bias", r -> gate.initialBias());
          } else if (module instanceof Linear linear) {
            double bound = 1 / Math.sqrt((double) linear.weight().value().size(1));
            draw(linear.weight(), seed, name + "weight", r -> uniform(r, bound));
            draw(linear.bias(), seed, name + "bias", r -> uniform(r, bound));
          } else if (module instanceof BatchNorm2d norm) {
            draw(norm.weight(), seed, name + "weight", r -> 1);
          }
        });
  }

  private static double uniform(Random random, double bound) {
    return (2 * random.nextDouble() - 1) * bound;
  }

  private static void draw(
      Parameter parameter, long seed, String name, ToDoubleFunction<Random> distribution) {
    Random random = new Random(seed * 1_000_003 + name.hashCode());
    float[] values = new float[Math.toIntExact(parameter.value().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) distribution.applyAsDouble(random);
    }
    set(parameter, values);
  }

  /** Replaces a parameter's values, in the order of its shape. */
  static void set(Parameter parameter, float[] values) {
    try (Scope scope = Scope.open()) {
      Tensor drawn = Tensor.ofFloats(Device.CPU, values, parameter.value().shape());
      NoGradient.run(() -> parameter.value().copyInPlace(drawn));
    }
  }
}
