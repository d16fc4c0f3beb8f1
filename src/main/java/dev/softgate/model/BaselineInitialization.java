package dev.softgate.model;

import dev.softgate.BadInputException;
import dev.softgate.interop.HostTensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

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
 * <p>If the plain network has other classes, all but its classification is taken.
 *
 * <p>Differs from the published loader, which matched no name and so loaded nothing
 * (docs/decisions/0004). Here a name or a place left over is an error.
 */
public final class BaselineInitialization {

  private BaselineInitialization() {}

  /**
   * Puts the state of a plain network of the same block, depth and classes into {@code network}.
   *
   * @throws BadInputException if anything is left over, missing or of another shape
   */
  public static void initialize(ResNet network, Map<String, HostTensor> baseline) {
    place(network, baseline, network::isGate);
  }

  /** The same with a baseline of any classes: the classification stays as it was drawn. */
  public static void initializeFeatures(ResNet network, Map<String, HostTensor> baseline) {
    Map<String, HostTensor> features = new LinkedHashMap<>(baseline);
    features.keySet().removeIf(ResNet::isClassification);
    place(network, features, name -> network.isGate(name) || ResNet.isClassification(name));
  }

  /** Fills all places except the {@code drawn} ones. */
  private static void place(
      ResNet network, Map<String, HostTensor> baseline, Predicate<String> drawn) {
    ModelSpec spec = network.spec();
    Map<String, HostTensor> target = network.state();
    Map<String, String> unitNames = unitNames(spec);
    TreeSet<String> unplaced = new TreeSet<>();
    Map<String, HostTensor> placed = new LinkedHashMap<>();
    baseline.forEach(
        (name, tensor) -> {
          String renamed = rename(name, unitNames);
          HostTensor place = target.get(renamed);
          if (place == null
              || drawn.test(renamed)
              || !Arrays.equals(place.shape(), tensor.shape())) {
            unplaced.add(name);
          } else {
            placed.put(renamed, tensor);
          }
        });
    TreeSet<String> unfilled = new TreeSet<>(target.keySet());
    unfilled.removeIf(drawn);
    unfilled.removeAll(placed.keySet());
    if (!unplaced.isEmpty() || !unfilled.isEmpty()) {
      throw new BadInputException(
          ("the checkpoint is no baseline of this network (depth %d, %s, %d classes):"
                  + " %d of its names find no place%s, %d places find no name%s")
              .formatted(
                  spec.depth(),
                  spec.block(),
                  spec.classes(),
                  unplaced.size(),
                  unplaced.isEmpty() ? "" : " (" + unplaced.first() + ")",
                  unfilled.size(),
                  unfilled.isEmpty() ? "" : " (" + unfilled.first() + ")"));
    }
    target.putAll(placed);
    network.load(target);
  }

  /** Plain unit name → the name in {@code spec}, of all units. */
  static Map<String, String> unitNames(ModelSpec spec) {
    Map<String, String> names = new LinkedHashMap<>();
    for (int stage = 1; stage <= spec.arch().stages(); stage++) {
      for (int i = 0; i < spec.units(stage); i++) {
        names.put(UnitNames.plain(stage, i), spec.unitName(stage, i));
      }
    }
    return names;
  }

  private static String rename(String name, Map<String, String> unitNames) {
    int stageDot = name.indexOf('.');
    int unitDot = name.indexOf('.', stageDot + 1);
    String renamed = unitDot < 0 ? null : unitNames.get(name.substring(0, unitDot));
    return renamed == null ? name : renamed + name.substring(unitDot);
  }
}
