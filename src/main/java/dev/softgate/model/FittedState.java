package dev.softgate.model;

import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Converts a foreign file's tensors to the state of a network. */
final class FittedState {

  private static final String COUNTER = "num_batches_tracked";
  private static final Set<ElementType> FLOATS =
      Set.of(ElementType.F32, ElementType.F64, ElementType.F16, ElementType.BF16);

  private FittedState() {}

  /** The state under the network's names, complete and in its shapes and types. */
  static Map<String, HostTensor> of(Map<String, HostTensor> state, ModelSpec spec) {
    Map<String, HostTensor> wanted = new ResNet(spec).state();
    Map<String, HostTensor> fitted = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    wanted.forEach(
        (name, place) -> {
          HostTensor tensor = state.get(name);
          if (tensor == null && name.endsWith(COUNTER)) {
            fitted.put(name, place); // PyTorch did not count before 0.4.1
          } else if (tensor == null) {
            missing.add(name);
          } else if (place.elements() == 1 && tensor.elements() == 1) {
            fitted.put(name, converted(name, tensor, place));
          } else if (!Arrays.equals(tensor.shape(), place.shape())) {
            throw StateRecognition.unfit(
                "%s has shape %s where a %s of depth %d has %s"
                    .formatted(
                        name,
                        Arrays.toString(tensor.shape()),
                        spec.arch().text(),
                        spec.depth(),
                        Arrays.toString(place.shape())));
          } else {
            fitted.put(name, converted(name, tensor, place));
          }
        });
    List<String> surplus =
        state.keySet().stream().filter(name -> !wanted.containsKey(name)).toList();
    if (!missing.isEmpty() || !surplus.isEmpty()) {
      throw StateRecognition.unfit(
          "as a %s of depth %d it lacks %s and has %s too many"
              .formatted(spec.arch().text(), spec.depth(), sample(missing), sample(surplus)));
    }
    return fitted;
  }

  /** The elements in the type that the network has. */
  private static HostTensor converted(String name, HostTensor tensor, HostTensor place) {
    if (tensor.type() == place.type() && Arrays.equals(tensor.shape(), place.shape())) {
      return tensor;
    }
    boolean floats = FLOATS.contains(tensor.type());
    if (place.type() == ElementType.F32 && floats) {
      return HostTensor.ofFloats(tensor.toFloats(), place.shape());
    }
    if (place.type() == ElementType.I64) {
      return HostTensor.ofLongs(floats ? whole(tensor) : tensor.toLongs(), place.shape());
    }
    throw StateRecognition.unfit(
        "%s has elements of type %s, not %s".formatted(name, tensor.type(), place.type()));
  }

  private static long[] whole(HostTensor tensor) {
    float[] values = tensor.toFloats();
    long[] whole = new long[values.length];
    for (int i = 0; i < values.length; i++) {
      whole[i] = (long) values[i];
    }
    return whole;
  }

  private static String sample(List<String> names) {
    return names.isEmpty() ? "nothing" : names.size() + " (" + names.get(0) + ")";
  }
}
