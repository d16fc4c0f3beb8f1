package dev.softgate.model;

import dev.softgate.BadInputException;
import dev.softgate.gate.GateCalibration;
import dev.softgate.gate.GateFamily;
import dev.softgate.gate.GateKernel;
import dev.softgate.gate.GateKind;
import dev.softgate.gate.GatePenalty;
import dev.softgate.gate.GateSpec;
import dev.softgate.gate.GateTap;
import dev.softgate.gate.StageGateSpec;
import dev.softgate.gate.UnitGateSpec;
import dev.softgate.interop.HostTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Recognizes a network by the names and shapes of its parameters.
 *
 * <p>The names are those of the published models, or of other common code for the same networks. A
 * property that names and shapes do not tell is taken as published unless a hint gives it, and
 * listed among the assumptions.
 */
public final class StateRecognition {

  private static final Pattern UNIT =
      Pattern.compile("(?:layer(?<stage>\\d)\\.(?<index>\\d+)|o(?<gated>\\d)?[12])\\..*");
  private static final Pattern GATE = Pattern.compile("(g_layer(?:_b\\d)?)\\.0\\.weight");
  private static final int PUBLISHED_STAGE = 3;

  /** What the user knows about the network; null for what is open. */
  public record Hints(
      @Nullable GateKind kind,
      @Nullable GateTap tap,
      @Nullable GateCalibration calibration,
      @Nullable ShortcutKind shortcut,
      @Nullable Boolean stridesFirst) {

    public static final Hints NONE = new Hints(null, null, null, null, null);
  }

  /**
   * A recognized network.
   *
   * @param state parameters and buffers under the names that the network has here
   * @param assumptions what was taken as published, one line each
   * @param counters single numbers found among the parameters
   * @param passedOver other tensors found there: how many, by name
   */
  public record Recognized(
      ModelSpec spec,
      Map<String, HostTensor> state,
      List<String> assumptions,
      Map<String, HostTensor> counters,
      Map<String, String> passedOver) {}

  private final Map<String, HostTensor> state;
  private final StateShapes shapes;
  private final Hints hints;
  private final List<String> assumptions = new ArrayList<>();

  private StateRecognition(Map<String, HostTensor> state, Hints hints) {
    this.state = state;
    this.shapes = new StateShapes(state);
    this.hints = hints;
  }

  /**
   * Recognizes a network under a prefix of its names, or wherever it is if that is empty.
   *
   * @throws BadInputException naming what fits no network of this program
   */
  public static Recognized of(Map<String, HostTensor> tensors, Hints hints, String prefix) {
    return of(tensors, hints, prefix, 0);
  }

  /**
   * Recognizes a network.
   *
   * @param untrained how many classes a classifier of zeros has that takes the place of the file's,
   *     if there is one; 0 for the file's
   * @throws BadInputException naming what fits no network of this program
   */
  public static Recognized of(
      Map<String, HostTensor> tensors, Hints hints, String prefix, int untrained) {
    StateNames names = StateNames.of(ForeignNames.asTorchvision(tensors), prefix);
    ForeignNames.requireBuilt(names.network());
    if (untrained > 0) {
      names = names.withoutClassifier();
    }
    return new StateRecognition(ForeignNames.own(names.network()), hints)
        .recognize(names, untrained);
  }

  private Recognized recognize(StateNames sorted, int untrained) {
    SortedMap<Integer, Set<String>> units = units();
    TreeSet<Integer> gatedStages = new TreeSet<>();
    units.forEach(
        (stage, names) -> {
          if (names.stream().anyMatch(name -> name.startsWith("o"))) {
            gatedStages.add(stage);
          }
        });
    BlockKind block =
        state.keySet().stream().anyMatch(name -> name.endsWith(".conv3.weight"))
            ? bottleneck()
            : basic();
    List<Integer> counts = units.values().stream().map(Set::size).toList();
    LayoutRecognition layout = LayoutRecognition.of(shapes, block, counts);
    Architecture arch = isPreactivation() ? Architecture.PRERESNET : layout.architecture();
    if (untrained > 0) {
      addClassifier(untrained, layout.outer().get(layout.outer().size() - 1));
    }
    int classes = Math.toIntExact(classifier()[0]);
    ModelSpec spec =
        new ModelSpec(
            arch,
            block,
            block.depth(counts),
            classes,
            state.keySet().stream().anyMatch(name -> name.contains(".downsample."))
                ? projection()
                : withoutParameters(),
            gate(classes, List.copyOf(gatedStages), units.keySet().stream().toList()),
            layout.layout(arch));
    return new Recognized(
        spec,
        FittedState.of(state, spec),
        List.copyOf(assumptions),
        sorted.counters(),
        sorted.passedOver());
  }

  private BlockKind basic() {
    if (hints.stridesFirst() != null) {
      throw unfit("its units have no 1x1 convolution that could stride; omit {bottleneck-stride}");
    }
    return BlockKind.BASIC;
  }

  private BlockKind bottleneck() {
    BlockKind published = BlockKind.BOTTLENECK;
    if (hints.stridesFirst() == null) {
      assumptions.add(
          "the %s convolution of a bottleneck strides, not the 1x1 (--bottleneck-stride)"
              .formatted(published.stride()));
      return published;
    }
    return published.stridingFirst(hints.stridesFirst());
  }

  private ShortcutKind projection() {
    if (hints.shortcut() != null && hints.shortcut() != ShortcutKind.PROJECTION) {
      throw unfit(
          "its shortcuts are projections, and {shortcut} says %s"
              .formatted(hints.shortcut().text()));
    }
    return ShortcutKind.PROJECTION;
  }

  private ShortcutKind withoutParameters() {
    if (hints.shortcut() == ShortcutKind.PROJECTION) {
      throw unfit("its shortcuts have no parameters, and {shortcut} says projection");
    }
    ShortcutKind published = ShortcutKind.PAD;
    if (hints.shortcut() == null) {
      assumptions.add(
          "shortcuts are %s: %s, not averages or zeros at the end (--shortcut)"
              .formatted(published.text(), published.description()));
      return published;
    }
    return hints.shortcut();
  }

  private SortedMap<Integer, Set<String>> units() {
    SortedMap<Integer, Set<String>> units = new TreeMap<>();
    for (String name : state.keySet()) {
      Matcher matcher = UNIT.matcher(name);
      if (matcher.matches()) {
        String stage = matcher.group("stage");
        String gated = matcher.group("gated");
        int number =
            stage != null
                ? Integer.parseInt(stage)
                : gated != null ? Integer.parseInt(gated) : PUBLISHED_STAGE;
        String unit =
            stage != null
                ? stage + "." + matcher.group("index")
                : name.substring(0, name.indexOf('.'));
        units.computeIfAbsent(number, key -> new TreeSet<>()).add(unit);
      }
    }
    if (units.isEmpty()) {
      shape("layer1.0.conv1.weight", 4);
    }
    boolean complete =
        units.size() >= 3 && units.firstKey() == 1 && units.lastKey() == units.size();
    if (!complete) {
      throw unfit("it has units in the stages %s".formatted(units.keySet()));
    }
    return units;
  }

  private boolean isPreactivation() {
    return state.containsKey("bn.weight") && !state.containsKey("bn1.weight");
  }

  private long[] classifier() {
    if (!state.containsKey("fc.weight") && state.containsKey("layer1.0.conv1.weight")) {
      throw unfit(
          "it has no classifier (no fc.weight); for the features alone, add {features-only}");
    }
    return shape("fc.weight", 2);
  }

  private void addClassifier(int classes, int features) {
    state.put("fc.weight", HostTensor.ofFloats(new float[classes * features], classes, features));
    state.put("fc.bias", HostTensor.ofFloats(new float[classes], classes));
  }

  private GateSpec gate(int classes, List<Integer> stages, List<Integer> allStages) {
    List<String> gates =
        state.keySet().stream()
            .map(GATE::matcher)
            .filter(Matcher::matches)
            .map(matcher -> matcher.group(1))
            .toList();
    if (!gates.isEmpty()) {
      return stageGate(gates.get(0), classes, stages);
    }
    if (!stages.isEmpty()) {
      throw unfit("it has the units of a gated stage %s and no g_layer".formatted(stages));
    }
    List<Integer> gatedUnits =
        allStages.stream()
            .filter(stage -> state.containsKey("layer" + stage + ".0.gate_layer.weight"))
            .toList();
    if (hints.tap() != null || hints.calibration() != null) {
      throw unfit(
          "it has no gate on a stage; omit {%s}"
              .formatted(hints.tap() != null ? "gate-tap" : "gate-calibration"));
    }
    if (!gatedUnits.isEmpty()) {
      return unitGate(gatedUnits);
    }
    if (hints.kind() != null && hints.kind() != GateKind.NONE) {
      throw unfit("it has no gate, and {gate} says %s".formatted(hints.kind().text()));
    }
    return GateSpec.none();
  }

  private GateSpec stageGate(String name, int classes, List<Integer> stages) {
    if (stages.isEmpty()) {
      throw unfit(
          "it has a %s and no gated stage (o1, o2); one whose gates come after more units has no published names"
              .formatted(name));
    }
    long outputs = shape(name + ".1.weight", 2)[0];
    long seen = shape(name + ".0.weight", 2)[1];
    String entry = name.equals("g_layer") ? "o1" : "o" + stages.get(0) + "1";
    long planes = shape(entry + ".bn1.weight", 1)[0];
    boolean pooled = seen <= planes * BlockKind.BOTTLENECK.expansion(); // a grid has 64 times more
    GateKind kind =
        pooled
            ? GateKind.CLASSIFIER
            : outputs == 1
                ? GateKind.SIGMOID
                : outputs == 2 && hints.kind() != GateKind.ENTROPY
                    ? GateKind.TWO_WAY
                    : GateKind.ENTROPY;
    requireHint(kind);
    boolean published = pooled && stages.equals(List.of(PUBLISHED_STAGE));
    GateTap tap = published ? GateTap.EXIT : GateTap.ENTRY;
    if (hints.tap() == null) {
      assumptions.add("the gate looks at the %s, as published (--gate-tap)".formatted(tap.text()));
    }
    GateCalibration calibration =
        published && (classes == 10 || classes == 100)
            ? GateCalibration.PUBLISHED
            : GateCalibration.UNSCALED;
    if (hints.calibration() != null && !kind.isCalibrated()) {
      throw unfit(
          "a gate of {gate} %s has no calibration; omit {gate-calibration}".formatted(kind.text()));
    }
    if (hints.calibration() == null && kind.isCalibrated()) {
      assumptions.add(
          "the gate's calibration is %s, as published (--gate-calibration)"
              .formatted(calibration.text()));
    }
    return StageGateSpec.of(kind, stages)
        .looking(
            hints.tap() != null ? hints.tap() : tap,
            hints.calibration() != null ? hints.calibration() : calibration);
  }

  private GateSpec unitGate(List<Integer> stages) {
    String unit = "layer" + stages.get(0) + ".0.";
    long[] weight = shape(unit + "gate_layer.weight", 4);
    long channels = shape(unit + "bn1.weight", 1)[0];
    boolean bottleneck = state.containsKey(unit + "conv3.weight");
    long out = bottleneck ? channels * BlockKind.BOTTLENECK.expansion() : channels;
    GateKernel kernel =
        weight[2] == 3
            ? GateKernel.TUBE_3X3
            : weight[0] < Math.min(out, 3) ? GateKernel.TUBE_1X1 : GateKernel.ELEMENT_1X1;
    boolean choice = weight[0] == 2L * kernel.channels(Math.toIntExact(out));
    GateKind kind = choice ? GateKind.EXCLUSIVE : hints.kind();
    if (kind == null) {
      throw unfit(
          "its gate_layer fits {gate} exclusive and {gate} shortcut alike; say which with {gate}");
    }
    if (kind.family() != GateFamily.UNIT) {
      throw unfit("it has gates in its units, and {gate} says " + kind.text());
    }
    requireHint(kind);
    return UnitGateSpec.of(kind, stages)
        .with(choice ? GatePenalty.CROSS_ENTROPY : GatePenalty.NONE, kernel);
  }

  private void requireHint(GateKind kind) {
    if (hints.kind() != null && hints.kind() != kind) {
      throw unfit(
          "its gate has the shape of {gate} %s, not of %s"
              .formatted(kind.text(), hints.kind().text()));
    }
  }

  private long[] shape(String name, int dimensions) {
    return shapes.of(name, dimensions);
  }

  static BadInputException unfit(String what) {
    return new BadInputException("not a residual network of this program: " + what);
  }
}
