package dev.softgate.training;

import dev.softgate.BadInputException;
import dev.softgate.config.OptimizerKind;
import dev.softgate.interop.ElementType;
import dev.softgate.interop.HostTensor;
import dev.softgate.interop.Safetensors.Described;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a checkpoint that its optimizers continue from: {@code optimizer.main.<quantity>},
 * and {@code optimizer.gate.<quantity>} of a gate classifier. They are over the parameters in the
 * order of construction, F32; {@code steps} is one number, I64. A checkpoint of the network alone
 * has one tensor, {@code optimizer.main.velocity}, without elements.
 */
final class OptimizerTensors {

  static final String PREFIX = "optimizer.";
  static final String MAIN = "main.";
  static final String GATE = "gate.";

  /** The quantity of {@link Sgd}. */
  static final String VELOCITY = "velocity";

  /** Quantities of {@link AdamW}. */
  static final String MEAN = "mean";

  static final String SQUARES = "squares";
  static final String STEPS = "steps";

  /** What a checkpoint of the network alone has. */
  static final Map<String, HostTensor> NONE =
      Map.of(MAIN + VELOCITY, HostTensor.ofFloats(new float[0], 0));

  private OptimizerTensors() {}

  /** The states of both optimizers; the gate's is null without one. */
  static Map<String, HostTensor> joined(
      Map<String, HostTensor> main, @Nullable Map<String, HostTensor> gate) {
    Map<String, HostTensor> all = new LinkedHashMap<>();
    main.forEach((name, tensor) -> all.put(MAIN + name, tensor));
    if (gate != null) {
      gate.forEach((name, tensor) -> all.put(GATE + name, tensor));
    }
    return all;
  }

  /** The state of one of them, by quantity. */
  static Map<String, HostTensor> of(String optimizer, Map<String, HostTensor> all) {
    Map<String, HostTensor> own = new LinkedHashMap<>();
    all.forEach(
        (name, tensor) -> {
          if (name.startsWith(optimizer)) {
            own.put(name.substring(optimizer.length()), tensor);
          }
        });
    return own;
  }

  /**
   * Checks the tensors that a file's header describes.
   *
   * @param tensors those of optimizers, by full name
   * @param gate whether a gate has an optimizer of its own
   * @param parameters how many parameters move
   * @return whether there are any, so that a training can continue
   * @throws BadInputException if one is missing, is none of these optimizers', or does not fit
   */
  static boolean requireFitting(
      Path file,
      Map<String, Described> tensors,
      OptimizerKind kind,
      boolean gate,
      long parameters) {
    String first = PREFIX + MAIN + VELOCITY;
    if (tensors.size() == 1
        && tensors.containsKey(first)
        && tensors.get(first).elements() == 0
        && tensors.get(first).type() == ElementType.F32) {
      return false;
    }
    Map<String, Long> sizes = new LinkedHashMap<>(); // by quantity
    TreeSet<String> expected = new TreeSet<>();
    for (String quantity : quantities(kind)) {
      sizes.put(quantity, 0L);
      expected.add(PREFIX + MAIN + quantity);
      if (gate) {
        expected.add(PREFIX + GATE + quantity);
      }
    }
    for (String name : expected) {
      Described tensor = tensors.get(name);
      if (tensor == null) {
        throw refused(file, name, "is missing");
      }
      String quantity = name.substring(name.lastIndexOf('.') + 1);
      ElementType type = quantity.equals(STEPS) ? ElementType.I64 : ElementType.F32;
      boolean one = tensor.elements() == 1 || !quantity.equals(STEPS);
      if (tensor.type() != type || tensor.shape().size() != 1 || !one) {
        throw refused(file, name, "cannot be " + tensor);
      }
      sizes.merge(quantity, tensor.elements(), Long::sum);
    }
    TreeSet<String> surplus = new TreeSet<>(tensors.keySet());
    surplus.removeAll(expected);
    if (!surplus.isEmpty()) {
      throw refused(file, surplus.first(), "is of an optimizer that the training has not");
    }
    sizes.forEach(
        (quantity, size) -> {
          if (size != parameters && !quantity.equals(STEPS)) {
            throw refused(
                file,
                PREFIX + MAIN + quantity,
                "does not fit: %d values for %d parameters".formatted(size, parameters));
          }
        });
    return true;
  }

  /** The first value that no optimizer can have, beyond what no network can; null without. */
  static @Nullable String problem(Map<String, HostTensor> optimizers) {
    for (Map.Entry<String, HostTensor> entry : optimizers.entrySet()) {
      if (entry.getKey().endsWith(SQUARES)) {
        for (float value : entry.getValue().toFloats()) {
          if (value < 0) {
            return "%s holds %s, must be at least 0".formatted(entry.getKey(), value);
          }
        }
      }
    }
    return null;
  }

  private static String[] quantities(OptimizerKind kind) {
    return switch (kind) {
      case SGD -> new String[] {VELOCITY};
      case ADAMW -> new String[] {MEAN, SQUARES, STEPS};
    };
  }

  private static BadInputException refused(Path file, String name, String problem) {
    return new BadInputException(
        "%s: %s %s; take another checkpoint".formatted(file, name, problem));
  }
}
