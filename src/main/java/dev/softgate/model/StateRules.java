package dev.softgate.model;

import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the values of a network's parameters and buffers must be, whoever wrote them. */
public final class StateRules {

  private static final Set<ElementType> FLOATING =
      Set.of(ElementType.F64, ElementType.F32, ElementType.F16, ElementType.BF16);

  private StateRules() {}

  /** The first value that no network can have: NaN, infinity, a negative variance or count. */
  public static @Nullable String problem(Map<String, HostTensor> state) {
    for (Map.Entry<String, HostTensor> entry : state.entrySet()) {
      String problem = problem(entry.getKey(), entry.getValue());
      if (problem != null) {
        return problem;
      }
    }
    return null;
  }

  private static @Nullable String problem(String name, HostTensor tensor) {
    if (!FLOATING.contains(tensor.type())) {
      for (long value : tensor.toLongs()) {
        if (value < 0) {
          return "%s holds %d, must be at least 0".formatted(name, value);
        }
      }
      return null;
    }
    boolean variance = name.endsWith("running_var");
    for (float value : tensor.toFloats()) {
      if (!Float.isFinite(value) || (variance && value < 0)) {
        return "%s holds %s, must be %s"
            .formatted(name, value, variance ? "finite and at least 0" : "finite");
      }
    }
    return null;
  }
}
