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
 * A piece of a network that owns parameters (trained), buffers (kept, not trained) and parts
 * (further modules), each under a name; full names join them with dots, as PyTorch's state
 * dictionaries do.
 *
 * <p>A module's tensors belong to no {@link Scope}: they live as long as the module.
 */
public abstract class Module {

  private final Map<String, Parameter> parameters = new LinkedHashMap<>();
  private final Map<String, Tensor> buffers = new LinkedHashMap<>();
  private final Map<String, Module> parts = new LinkedHashMap<>();

  /** Registers a parameter of the given shape, zero until it is initialised. */
  protected final Parameter parameter(String name, long... shape) {
    Parameter parameter = new Parameter(Tensor.zeros(DType.FLOAT32, shape));
    parameters.put(name, parameter);
    return parameter;
  }

  /** Registers a buffer, whose tensor the module takes over. */
  protected final Tensor buffer(String name, Tensor initial) {
    buffers.put(name, unscoped(initial));
    return initial;
  }

  /**
   * Registers a part. The name may have dots, as {@code layer1.0}; under an empty name the part's
   * own names stand without a prefix.
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
    visit("", (name, module) -> module.buffers.forEach((key, b) -> all.put(name + key, b)));
    return all;
  }

  /**
   * Shows all modules in this one, itself first, with their full names ending in a dot ("" for
   * itself). Several may have the same name, where a part's is empty.
   */
  public final void forEachModule(BiConsumer<String, Module> visitor) {
    visit("", visitor);
  }

  private void visit(String prefix, BiConsumer<String, Module> visitor) {
    visitor.accept(prefix, this);
    parts.forEach(
        (name, part) -> part.visit(name.isEmpty() ? prefix : prefix + name + ".", visitor));
  }

  /** The values of all parameters and buffers on the heap, by full name. */
  public final Map<String, HostTensor> state() {
    Map<String, HostTensor> state = new LinkedHashMap<>();
    parameters().forEach((name, parameter) -> state.put(name, parameter.value().toHost()));
    buffers().forEach((name, buffer) -> state.put(name, buffer.toHost()));
    return state;
  }

  /** Whether no value of a parameter or buffer is infinite or NaN. */
  public final boolean isFinite() {
    return Stream.concat(
            parameters().values().stream().map(Parameter::value), buffers().values().stream())
        .allMatch(Tensor::isFinite);
  }

  /**
   * Replaces the values of all parameters and buffers.
   *
   * @throws StateMismatchException where a name is missing or left over or a shape differs; nothing
   *     is changed then
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
                "%s has shape %s where the network has %s"
                    .formatted(
                        name, Arrays.toString(source.shape()), Arrays.toString(target.shape())));
          }
          copies.add(() -> target.copyInPlace(Tensor.of(source)));
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
          "names do not match the network's: %s missing, %s left over"
              .formatted(sample(missing), sample(surplus)));
    }
  }

  private static String sample(Set<String> names) {
    return names.isEmpty()
        ? "none"
        : names.size() + " (" + names.iterator().next() + (names.size() > 1 ? " …)" : ")");
  }

  /** Takes a tensor out of the innermost scope, if there is one. */
  static Tensor unscoped(Tensor tensor) {
    PointerScope scope = PointerScope.getInnerScope();
    if (scope != null) {
      tensor.pointer().retainReference(); // else detaching frees it
      scope.detach(tensor.pointer());
    }
    return tensor;
  }

  /** Says why a state does not fit a network, without where the state came from. */
  public static final class StateMismatchException extends RuntimeException {
    StateMismatchException(String message) {
      super(message);
    }
  }
}
