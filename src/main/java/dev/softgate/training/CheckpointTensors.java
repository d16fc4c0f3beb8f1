package dev.softgate.training;

import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** How the tensors of a {@link Checkpoint} lie in its file. */
final class CheckpointTensors {

  private CheckpointTensors() {}

  /** The tensors whose names begin with a prefix, by the rest of their names. */
  static Map<String, HostTensor> named(Safetensors.Contents contents, String prefix) {
    Map<String, HostTensor> named = new LinkedHashMap<>();
    contents
        .tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                named.put(name.substring(prefix.length()), tensor);
              }
            });
    return named;
  }

  /** The rows of {@link Checkpoint#epochGates} one after the other: gates×images. */
  static HostTensor ofGates(float[][] gates) {
    int images = gates.length == 0 ? 0 : gates[0].length;
    float[] values = new float[gates.length * images];
    for (int i = 0; i < gates.length; i++) {
      System.arraycopy(gates[i], 0, values, i * images, images);
    }
    return HostTensor.ofFloats(values, gates.length, images);
  }

  /** The same as rows. */
  static float[][] gateRows(HostTensor tensor) {
    float[] values = tensor.toFloats();
    int gates = (int) tensor.shape()[0];
    int images = gates == 0 ? 0 : values.length / gates;
    return IntStream.range(0, gates)
        .mapToObj(i -> Arrays.copyOfRange(values, i * images, (i + 1) * images))
        .toArray(float[][]::new);
  }
}
