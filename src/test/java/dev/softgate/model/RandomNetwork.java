package dev.softgate.model;

import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.OwnedChannelsSpec;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import dev.softgate.interop.HostTensor;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Networks whose every number matters: batch norm's included, unlike in an untrained one. */
public final class RandomNetwork {

  private RandomNetwork() {}

  /** A gate of that kind on stage 3, or in its units, without penalty; none for none. */
  public static GateSpec gate(GateKind kind, GateTap tap, GateCalibration calibration) {
    return switch (kind.family()) {
      case NONE -> GateSpec.none();
      case STAGE -> StageGateSpec.of(kind, List.of(3)).looking(tap, calibration);
      case UNIT -> UnitGateSpec.of(kind, List.of(3));
      case CHANNELS -> new OwnedChannelsSpec(List.of(3), 0.25, 0.1);
    };
  }

  /** Three classes, the normalised calibration. */
  public static ModelSpec spec(BlockKind block, int depth, GateKind gate, GateTap tap) {
    return ModelSpec.resnet(block, depth, 3, gate(gate, tap, GateCalibration.NORMALISED));
  }

  /** A network with random statistics, scales, shifts and a gate that is not near zero. */
  public static ResNet of(ModelSpec spec, long seed) {
    ResNet network = new ResNet(spec, seed);
    Random random = new Random(seed);
    Map<String, HostTensor> state = network.state();
    // A classifier sees averages, the others each pixel: of those the last layer is larger.
    double gateBound = spec.gate().trainsItself() ? 0.5 : 0.1;
    state.replaceAll(
        (name, tensor) -> {
          boolean norm = tensor.shape().length == 1 && name.matches(".*(bn\\d?|downsample.1)\\..*");
          if (name.endsWith("running_var") || (norm && name.endsWith("weight"))) {
            return uniform(tensor, random, 0.5, 1.5);
          }
          if (name.endsWith("running_mean") || (norm && name.endsWith("bias"))) {
            return uniform(tensor, random, -0.2, 0.2);
          }
          if (name.matches("g_layer(_b\\d)?\\.1\\.weight")) {
            return uniform(tensor, random, -gateBound, gateBound);
          }
          return name.endsWith("gate_layer.bias") ? uniform(tensor, random, -1, 1) : tensor;
        });
    network.load(state);
    return network;
  }

  /** So many pixel values, normal, of which later ones vary more, so that images differ. */
  public static float[] pixels(int count, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[count];
    for (int i = 0; i < count; i++) {
      pixels[i] = (float) (random.nextGaussian() * (0.5 + 2.0 * i / count));
    }
    return pixels;
  }

  private static HostTensor uniform(HostTensor tensor, Random random, double least, double most) {
    float[] values = new float[Math.toIntExact(tensor.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (least + (most - least) * random.nextDouble());
    }
    return HostTensor.ofFloats(values, tensor.shape());
  }
}
