package dev.softgate.torch;

import dev.softgate.interop.HostTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.bytedeco.javacpp.PointerScope;

/**
 * A piece of a network that owns named parameters (trained), buffers (kept, not trained) and parts
 * (further modules). Full names join these names with dots, as in PyTorch's state dictionaries.
 *
 * <p>A module's tensors belong to no {@link Scope}: they live as long as the module.
 */
public abstract class Module {

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Buffer> buffers = new LinkedHashMap<>();
  private final Map<String, Module> parts = new LinkedHashMap<>();
  private Device device = Device.CPU;
  private boolean frozen;

  /** Registers a parameter of the given shape, initially zero. */
  protected final Parameter parameter(String name, long... shape) {
    Parameter parameter = new Parameter(Tensor.zeros(Device.CPU, DType.FLOAT32, shape));
    parameters.put(name, parameter);
    return parameter;
  }

  /** Registers a buffer and takes ownership of its tensor. */
  protected final Buffer buffer(String name, Tensor initial) {
    Buffer buffer = new Buffer(unscoped(initial));
    buffers.put(name, buffer);
    return buffer;
  }

  /**
   * Registers a part. The name may contain dots, as in {@code layer1.0}. An empty name adds no
   * prefix to the names in the part.
   */
  protected final <M extends Module> M part(String name, M module) {
    parts.put(name, module);
    return module;
  }

  /** All parameters by full name, in the order of construction. */
  public final Map<String, Parameter> parameters() {
    Map<String, Parameter> all = new LinkedHashMap<>();
    visit("", (name, module) -> module.parameters.forEach((key, p) -> all.put(name + key, p)));
    return all;
  }

  /** All buffers by full name, in the order of construction. */
  public final Map<String, Tensor> buffers() {
    Map<String, Tensor> all = new LinkedHashMap<>();
    visit("", (name, module) -> module.buffers.forEach((key, b) -> all.put(name + key, b.value())));
    return all;
  }

  /**
   * Visits all modules in this one, itself first, with their full names ending in a dot ("" for
   * this module). Parts with an empty name share their parent's name.
   */
  public final void forEachModule(BiConsumer<String, Module> visitor) {
    visit("", visitor);
  }

  private void visit(String prefix, BiConsumer<String, Module> visitor) {
    visitor.accept(prefix, this);
    parts.forEach(
        (name, part) -> part.visit(name.isEmpty() ? prefix : prefix + name + ".", visitor));
  }

  /** Where parameters and buffers lie; the CPU at first. */
  public final Device device() {
    return device;
  }

  /**
   * Moves all parameters and buffers to a device.
   *
   * @throws IllegalStateException if an optimizer holds parameters on another device
   */
  public final void moveTo(Device target) {
    visit(
        "",
        (name, module) -> {
          if (!module.device.equals(target)) {
            module.parameters.values().forEach(parameter -> parameter.moveTo(target));
            module.buffers.values().forEach(buffer -> buffer.moveTo(target));
            module.device = target;
          }
        });
  }

  /**
   * Makes this module and its parts stay as they are in training: no gradient is computed for their
   * parameters, and batch norms use their running statistics and leave them.
   *
   * @throws IllegalStateException if an optimizer holds one of the parameters
   */
  public final void freeze() {
    visit(
        "",
        (name, module) -> {
          if (!module.frozen) {
            module.parameters.values().forEach(Parameter::freeze);
            module.frozen = true;
          }
        });
  }

  /** Whether it stays as it is in training. */
  public final boolean isFrozen() {
    return frozen;
  }

  /** The values of all parameters and buffers, copied to the heap, by full name. */
  public final Map<String, HostTensor> state() {
    Map<String, HostTensor> state = new LinkedHashMap<>();
    parameters().forEach((name, parameter) -> state.put(name, parameter.value().toHost()));
    buffers().forEach((name, buffer) -> state.put(name, buffer.toHost()));
    return state;
  }

  /** Whether all values of parameters and buffers are finite. */
  public final boolean isFinite() {
    return Stream.concat(
            parameters().values().stream().map(Parameter::value), buffers().values().stream())
        .allMatch(Tensor::isFinite);
  }

  /**
   * Replaces the values of all parameters and buffers.
   *
   * @throws StateMismatchException if a name is missing or unknown or a shape differs; nothing is
   *     changed
   */
  public final void load(Map<String, HostTensor> state) {
    Map<String, Tensor> targets = new LinkedHashMap<>();
    parameters().forEach((name, parameter) -> targets.put(name, parameter.value()));
    targets.putAll(buffers());
    requireSameNames(targets.keySet(), state.keySet());
    List<Runnable> copies = new ArrayList<>();
    state.forEach(
        (name, source) -> {
          Tensor target = Objects.requireNonNull(targets.get(name));
          if (!Arrays.equals(source.shape(), target.shape())) {
            throw new StateMismatchException(
                "%s has shape %s, but the network expects %s"
                    .formatted(
                        name, Arrays.toString(source.shape()), Arrays.toString(target.shape())));
          }
          copies.add(() -> target.copyInPlace(Tensor.of(Device.CPU, source)));
        });
    for (Runnable copy : copies) {
      try (Scope scope = Scope.open()) {
        NoGradient.run(copy);
      }
    }
  }

  private static void requireSameNames(Set<String> wanted, Set<String> given) {
    Set<String> missing = new LinkedHashSet<>(wanted);
    missing.removeAll(given);
    Set<String> surplus = new LinkedHashSet<>(given);
    surplus.removeAll(wanted);
    if (!missing.isEmpty() || !surplus.isEmpty()) {
      throw new StateMismatchException(
          "parameter names do not match the network: %s missing, %s unknown"
              .formatted(sample(missing), sample(surplus)));
    }
  }

  private static String sample(Set<String> names) {
    return names.isEmpty()
        ? "none"
        : names.size() + " (" + names.iterator().next() + (names.size() > 1 ? " …)" : ")");
  }

  /** Removes a tensor from the innermost scope, if there is one. */
  static Tensor unscoped(Tensor tensor) {
    PointerScope scope = PointerScope.getInnerScope();
    if (scope != null) {
      tensor.pointer().retainReference(); // otherwise detaching frees it
      scope.detach(tensor.pointer());
    }
    return tensor;
  }

  /** A kept array of a module, which moves to another device as a whole. */
  protected static final class Buffer {
    private Tensor value;

    private Buffer(Tensor initial) {
      this.value = initial;
    }

    /** The tensor with its current values. */
    Tensor value() {
      return value;
    }

    private void moveTo(Device target) {
      value = moved(value, target);
    }
  }

  /** A copy of a module's tensor on another device, in no scope. */
  static Tensor moved(Tensor tensor, Device target) {
    return unscoped(tensor.detach().to(target));
  }

  /** Explains why a state does not fit a network; the caller adds where the state came from. */
  public static final class StateMismatchException extends RuntimeException {
    StateMismatchException(String message) {
      super(message);
    }
  }
}
