package dev.softgate.model;

import dev.softgate.BadInputException;
import dev.softgate.interop.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Starts a gated network from a trained plain one. Every unit takes the weights of the plain unit
 * at the same place, which has another name. The gate layers keep their drawn values.
 *
 * <pre>
 *   layer3.0      → o1
 *   layer3.i      → layer3.(i−1)    0 &lt; i &lt; n−1
 *   layer3.(n−1)  → o2
 *   others        → the same name, also in a stage whose gate comes after more units
 * </pre>
 *
 * <p>If the trained network has other classes, its features are taken, also from a gated network:
 * unit by unit, by the names of both.
 *
 * <p>Differs from the published loader, which matched no name and so loaded nothing
 * (docs/decisions/0004). Here a name or a place left over is an error.
 */
public final class BaselineInitialization {

  private BaselineInitialization() {}

  /**
   * Puts the state of a plain network of the same block, depth and classes into {@code network}.
   *
   * @throws BadInputException if anything is left over, missing or of another shape; the message
   *     names the first such difference
   */
  public static void initialize(ResNet network, Map<String, HostTensor> baseline) {
    ModelSpec spec = network.spec();
    try {
      place(network, new Source(baseline, Map.of(), name -> false), network::isGate);
    } catch (BadInputException e) {
      throw e.in(
          "the checkpoint is no baseline of this network (depth %d, %s, %d classes)"
              .formatted(spec.depth(), spec.block(), spec.classes()));
    }
  }

  /**
   * Puts the features of a network of any classes and gates into {@code network}: everything but
   * the classification and the gates that predict classes. Other gates are taken by a network that
   * has them at the same places.
   *
   * @param source the network that {@code trained} is the state of
   * @throws BadInputException if a layer is left over, missing or of another shape; the message
   *     names the first such difference
   */
  public static Taken initializeFeatures(
      ResNet network, ModelSpec source, Map<String, HostTensor> trained) {
    boolean sameGates =
        source.gate().soft().equals(network.spec().gate().soft()) && !source.gate().trainsItself();
    Predicate<String> drawn =
        name -> ResNet.isClassification(name) || (!sameGates && network.isGate(name));
    Predicate<String> passedOver =
        name -> ResNet.isClassification(name) || (!sameGates && ResNet.isGate(source, name));
    place(network, new Source(trained, unitNames(source), passedOver), drawn);
    return new Taken(
        units(network.spec()),
        modules(trained.keySet(), passedOver),
        modules(network.state().keySet(), drawn));
  }

  /**
   * What of a trained network another one took.
   *
   * @param units how many units, beside the stem
   * @param passedOver the trained network's modules that were not taken, such as {@code fc}
   * @param drawn the other network's modules that keep their drawn values
   */
  public record Taken(int units, Set<String> passedOver, Set<String> drawn) {}

  /**
   * The state of a trained network.
   *
   * @param unitNames its unit names, by those of a plain network; may lack equal names
   * @param passedOver tells whether a name is not to be taken
   */
  private record Source(
      Map<String, HostTensor> state, Map<String, String> unitNames, Predicate<String> passedOver) {}

  /** Fills all places except the {@code drawn} ones. */
  private static void place(ResNet network, Source source, Predicate<String> drawn) {
    Map<String, HostTensor> target = network.state();
    Map<String, String> plainNames = new LinkedHashMap<>();
    unitNames(network.spec()).forEach((plain, own) -> plainNames.put(own, plain));
    Set<String> left = new LinkedHashSet<>(source.state().keySet());
    left.removeIf(source.passedOver());
    Map<String, HostTensor> placed = new LinkedHashMap<>();
    target.forEach(
        (name, place) -> {
          if (drawn.test(name)) {
            return;
          }
          String counterpart = rename(rename(name, plainNames), source.unitNames());
          HostTensor tensor = source.state().get(counterpart);
          if (tensor == null || !left.remove(counterpart)) {
            throw new BadInputException("it has no %s".formatted(counterpart));
          }
          if (!Arrays.equals(place.shape(), tensor.shape())) {
            throw new BadInputException(
                "its %s has shape %s, where this network has %s"
                    .formatted(
                        counterpart,
                        Arrays.toString(tensor.shape()),
                        Arrays.toString(place.shape())));
          }
          placed.put(name, tensor);
        });
    if (!left.isEmpty()) {
      throw new BadInputException(
          "its %s has no place in this network".formatted(left.iterator().next()));
    }
    target.putAll(placed);
    network.load(target);
  }

  private static int units(ModelSpec spec) {
    return IntStream.rangeClosed(1, spec.stages()).map(spec::units).sum();
  }

  /** The modules of chosen names, without the layers in them: {@code g_layer} or {@code fc}. */
  private static Set<String> modules(Set<String> names, Predicate<String> chosen) {
    Set<String> modules = new LinkedHashSet<>();
    for (String name : names) {
      if (chosen.test(name)) {
        int inUnit = name.indexOf(ResNet.UNIT_GATE);
        modules.add(inUnit < 0 ? name.substring(0, name.indexOf('.')) : "the gates in units");
      }
    }
    return modules;
  }

  /** Plain unit name → the name in {@code spec}, of all units. */
  static Map<String, String> unitNames(ModelSpec spec) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int stage = 1; stage <= spec.stages(); stage++) {
      for (int i = 0; i < spec.units(stage); i++) {
        names.put(UnitNames.plain(stage, i), spec.unitName(stage, i));
      }
    }
    return names;
  }

  /** A parameter's name with its unit's name replaced; {@code o1} or {@code layer3.1} has a dot. */
  private static String rename(String name, Map<String, String> unitNames) {
    int dot = name.indexOf('.');
    int unitDot = name.startsWith("layer") ? name.indexOf('.', dot + 1) : dot;
    String renamed = unitDot < 0 ? null : unitNames.get(name.substring(0, unitDot));
    return renamed == null ? name : renamed + name.substring(unitDot);
  }
}
