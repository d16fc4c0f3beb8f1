package dev.softgate.torch;

import dev.softgate.interop.HostTensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The exponential moving average of a module's parameters and float buffers:
 *
 * <pre>
 *   a ← D·a + (1 − D)·w
 * </pre>
 *
 * <p>Counts, such as batch norm's of its batches, are copied. The averages belong to no {@link
 * Scope}: they live as long as this object.
 */
public final class MovingAverage {

  private final Module module;
  private final double decay;
  private final Map<String, Tensor> averages = new LinkedHashMap<>();

  /**
   * An average that starts at the module's values.
   *
   * @param decay D, in (0, 1)
   */
  public MovingAverage(Module module, double decay) {
    this.module = module;
    this.decay = decay;
    values().forEach((name, value) -> averages.put(name, Module.unscoped(value.copy())));
  }

  private Map<String, Tensor> values() {
    Map<String, Tensor> values = new LinkedHashMap<>();
    module.parameters().forEach((name, parameter) -> values.put(name, parameter.value().detach()));
    values.putAll(module.buffers());
    return values;
  }

  /** Takes in the module's values as they are. */
  public void update() {
    try (Scope scope = Scope.open()) {
      values().forEach(this::update);
    }
  }

  private void update(String name, Tensor value) {
    Tensor average = average(name);
    if (value.dtype() == DType.FLOAT32) {
      average.multiplyInPlace(decay).addInPlace(value, 1 - decay);
    } else {
      average.copyInPlace(value);
    }
  }

  /** The averages, copied to the heap, by full name. */
  public Map<String, HostTensor> state() {
    Map<String, HostTensor> state = new LinkedHashMap<>();
    averages.forEach((name, average) -> state.put(name, average.toHost()));
    return state;
  }

  /** Continues from what {@link #state} returned for a module of the same kind. */
  public void load(Map<String, HostTensor> state) {
    try (Scope scope = Scope.open()) {
      state.forEach((name, values) -> average(name).copyInPlace(Tensor.of(Device.CPU, values)));
    }
  }

  private Tensor average(String name) {
    return Objects.requireNonNull(averages.get(name), name);
  }
}
