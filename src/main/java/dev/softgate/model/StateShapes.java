package dev.softgate.model;

import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Quoted;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The shapes of the parameters of a network that is not known yet. */
record StateShapes(Map<String, HostTensor> state) {

  private static final int FIRST_NAMES = 3;

  boolean has(String name) {
    return state.containsKey(name);
  }

  /**
   * The sizes of a tensor, each at least 1.
   *
   * @throws dev.softgate.BadInputException if there is none of that name and number of dimensions
   */
  long[] of(String name, int dimensions) {
    HostTensor tensor = state.get(name);
    if (tensor == null) {
      throw StateRecognition.unfit(
          "it has no %s among its %d tensors, of which the first are %s"
              .formatted(
                  name,
                  state.size(),
                  state.keySet().stream()
                      .limit(FIRST_NAMES)
                      .map(Quoted::oneLine)
                      .collect(Collectors.joining(", "))));
    }
    long[] shape = tensor.shape();
    if (shape.length != dimensions || IntStream.range(0, dimensions).anyMatch(i -> shape[i] < 1)) {
      throw StateRecognition.unfit("%s has shape %s".formatted(name, Arrays.toString(shape)));
    }
    return shape;
  }
}
