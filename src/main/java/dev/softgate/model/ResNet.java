package dev.softgate.model;

import dev.softgate.gate.GateSignal;
import dev.softgate.gate.MixRule;
import dev.softgate.gate.StageGate;
import dev.softgate.interop.HostTensor;
import dev.softgate.torch.DType;
import dev.softgate.torch.Linear;
import dev.softgate.torch.Module;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The residual network, gated or plain.
 *
 * <pre>
 *   for each gated stage
 *     o1, o2 = backbone(x)                  the stage's first and last unit
 *     g      = gate(o1)                     or of o2, by the tap
 *     x      = g·o2 + (1 − g)·o1            goes into the next stage; hard gates: o1 or o2
 *   f        = pool(x)
 *   logits   = fc(f)
 * </pre>
 *
 * <p>pool is the global average. Differs from the published code: behind the last stage g weighs
 * the pooled features, which is the same number (docs/decisions/0002).
 */
public final class ResNet extends Module {

  private static final String CLASSIFICATION = "fc";

  /** In the name of every parameter of a gate in a unit. */
  static final String UNIT_GATE = ".gate_layer.";

  private final ModelSpec spec;
  private final boolean inStages;
  private final Backbone backbone;
  private final List<@Nullable StageGate> stageGates = new ArrayList<>(); // one per leg
  private final List<String> gateNames = new ArrayList<>();
  private final List<String> gatePrefixes = new ArrayList<>();
  private final Linear classifier;
  private BackboneEngine engine;
  private String name = "the network";

  /** An untrained network with parameters drawn from {@code seed}. */
  public ResNet(ModelSpec spec, long seed) {
    this(spec);
    Initialization.initialize(this, seed);
  }

  /**
   * A trained network. This is faster than drawing parameters first and overwriting them.
   *
   * @throws dev.softgate.torch.Module.StateMismatchException if the state is not this network's
   */
  public static ResNet restore(ModelSpec spec, Map<String, HostTensor> state) {
    ResNet network = new ResNet(spec);
    network.load(state);
    return network;
  }

  /**
   * The same network, which also hands out {@link Forward#stageFeatures}. Its legs are its stages,
   * so it takes longer.
   *
   * @throws dev.softgate.torch.Module.StateMismatchException if the state is not this network's
   */
  public static ResNet restoreInStages(ModelSpec spec, Map<String, HostTensor> state) {
    ResNet network = new ResNet(spec, true);
    network.load(state);
    return network;
  }

  /** A network whose parameters are zero, for their names and shapes. */
  ResNet(ModelSpec spec) {
    this(spec, false);
  }

  private ResNet(ModelSpec spec, boolean inStages) {
    this.spec = spec;
    this.inStages = inStages;
    this.backbone = part("", new Backbone(spec, inStages));
    this.engine = new LibtorchEngine(DType.FLOAT32);
    this.classifier = part(CLASSIFICATION, new Linear(spec.features(), spec.classes()));
    Map<Integer, StageGate> gates = new HashMap<>();
    for (int stage = 1; stage <= spec.stages(); stage++) {
      StageGate gate =
          spec.gate().stageGate(new StageGate.Place(stage, spec.channels(stage), spec.classes()));
      if (gate != null) {
        String name = spec.gateName(stage);
        gates.put(stage, part(name, gate));
        gateNames.add("b" + stage);
        gatePrefixes.add(name + ".");
      } else if (spec.gate().gates(stage, spec.units(stage)) > 0) { // one in each unit
        for (int i = 0; i < spec.units(stage); i++) {
          gateNames.add(spec.unitName(stage, i));
        }
      }
    }
    for (Leg leg : backbone.legs()) {
      stageGates.add(gates.get(leg.stage()));
    }
  }

  /** What messages call it. */
  public String name() {
    return name;
  }

  /** Gives it the name that messages call it by; returns itself. */
  public ResNet named(String other) {
    name = other;
    return this;
  }

  public ModelSpec spec() {
    return spec;
  }

  public Backbone backbone() {
    return backbone;
  }

  /** The gates' names in the order of {@link Forward#gates}: {@code b3}, or the unit's name. */
  public List<String> gateNames() {
    return List.copyOf(gateNames);
  }

  public BackboneEngine engine() {
    return engine;
  }

  /** The gate that weighs a leg's end; null where none does. */
  public @Nullable StageGate gate(Leg leg) {
    return stageGates.get(leg.index());
  }

  /** The last layer: from pooled features N×C to logits N×K, float32. */
  public Linear classifier() {
    return classifier;
  }

  /** Multiplies the weights and biases of the classification. */
  public void scaleClassification(double factor) {
    for (Parameter parameter : List.of(classifier.weight(), classifier.bias())) {
      NoGradient.run(() -> parameter.value().multiplyInPlace(factor));
    }
  }

  /** Computes the backbone by another engine than libtorch in float32; the network closes none. */
  public void runOn(BackboneEngine replacement) {
    this.engine = replacement;
  }

  /**
   * Makes layers stay as they are in training; before an optimizer is made.
   *
   * @throws dev.softgate.BadInputException if there are no such layers, or gates could not learn
   */
  public void freeze(Freezing freezing) {
    freezing.requireFits(spec);
    Predicate<String> frozen = freezing.names(spec);
    forEachModule(
        (prefix, module) -> {
          if (frozen.test(prefix)) {
            module.freeze();
          }
        });
  }

  /**
   * The parameters of the main optimizer, by name: all but {@link #ownGateParameters} and the
   * frozen ones.
   */
  public Map<String, Parameter> mainParameters() {
    Map<String, Parameter> selected = new LinkedHashMap<>(parameters());
    selected.keySet().removeIf(this::trainsItself);
    selected.values().removeIf(Parameter::isFrozen);
    return selected;
  }

  /** The parameters of gates that train themselves, by name. */
  public Map<String, Parameter> ownGateParameters() {
    Map<String, Parameter> selected = new LinkedHashMap<>(parameters());
    selected.keySet().removeIf(name -> !trainsItself(name));
    return selected;
  }

  private boolean trainsItself(String name) {
    return spec.gate().trainsItself() && isStageGate(name);
  }

  private boolean isStageGate(String name) {
    return gatePrefixes.stream().anyMatch(name::startsWith);
  }

  /** Whether a parameter of that name belongs to the layer that tells the classes apart. */
  public static boolean isClassification(String name) {
    return name.startsWith(CLASSIFICATION + ".");
  }

  /** Whether a parameter of that name belongs to a gate, so that a plain network has none such. */
  public boolean isGate(String name) {
    return isStageGate(name) || name.contains(UNIT_GATE);
  }

  /** The same of the network that {@code spec} describes. */
  static boolean isGate(ModelSpec spec, String name) {
    return name.contains(UNIT_GATE)
        || IntStream.rangeClosed(1, spec.stages())
            .anyMatch(stage -> name.startsWith(spec.gateName(stage) + "."));
  }

  /** Classifies images, N×3×H×W, float32, normalized, H and W at least 1. */
  public Forward forward(Tensor images, Mode mode) {
    backbone.maskFor(mode.owners(), Math.toIntExact(images.size(0)));
    return mode.pass() == Pass.EVALUATION
        ? NoGradient.compute(() -> run(images, mode))
        : run(images, mode);
  }

  private Forward run(Tensor images, Mode mode) {
    MixRule mix = mode.mix() == null ? spec.gate().whole() : mode.mix();
    List<GateSignal> signals = new ArrayList<>();
    List<Passage> passages = new ArrayList<>();
    List<Tensor> pooled = new ArrayList<>();
    int gates = 0;
    Tensor x = images;
    for (Leg leg : backbone.legs()) {
      Backbone.Taps taps = engine.forward(leg, x, mode.pass());
      passages.add(new Passage(leg, x, taps));
      signals.addAll(taps.unitGates());
      StageGate gate = stageGates.get(leg.index());
      boolean last = passages.size() == backbone.legs().size();
      Tensor weight = null;
      if (gate != null) {
        GateSignal signal = gate.forward(gate.tap().of(taps.o1(), taps.o2()));
        signals.add(signal);
        weight = mix.weight(gates++, signal.g());
      }
      x = last ? pooledMix(taps, weight) : mix(taps, weight);
      if (inStages) {
        pooled.add(last ? x : x.globalAveragePool());
      }
    }
    return new Forward(mode.pass(), x, classifier.forward(x), signals, passages, pooled);
  }

  /** The logits, float32, N×K, without the last additional layers; of the last forward pass. */
  public Tensor logitsOfEntry(Forward forward) {
    return classifier.forward(forward.taps().o1().globalAveragePool());
  }

  /** w·pool(o2) + (1 − w)·pool(o1), N×C; pool(o2) without a weight. */
  private static Tensor pooledMix(Backbone.Taps taps, @Nullable Tensor weight) {
    Tensor exit = taps.o2().globalAveragePool(); // N×C
    if (weight == null) {
      return exit;
    }
    Tensor entry = taps.o1().globalAveragePool(); // N×C
    return entry.add(weight.view(-1, 1).multiply(exit.subtract(entry)));
  }

  /** w·o2 + (1 − w)·o1, N×C×H×W, float32; o2 without a weight. */
  private static Tensor mix(Backbone.Taps taps, @Nullable Tensor weight) {
    return weight == null
        ? taps.o2()
        : taps.o1().add(weight.view(-1, 1, 1, 1).multiply(taps.o2().subtract(taps.o1())));
  }

  /** Adds the derivatives of a scalar loss of the last forward pass to the gradients. */
  public void backward(Tensor loss, Forward forward) {
    List<Passage> passages = forward.passages();
    boolean all = forward.pass == Pass.TRAINING;
    if (all && passages.size() > 1) {
      loss.backwardKeepingGraph(); // a gate's penalty and its mix share what led to g
    } else {
      loss.backward();
    }
    if (!all) {
      return;
    }
    for (int i = passages.size() - 1; i >= 0; i--) {
      Passage passage = passages.get(i);
      Tensor gradient = engine.backward(passage.leg(), passage.taps());
      if (gradient != null && passage.input().requiresGradient()) { // not above frozen layers
        passage.input().backward(gradient.to(passage.input().dtype()));
      }
    }
  }

  /** A leg with its input and output in a forward pass. */
  private record Passage(Leg leg, Tensor input, Backbone.Taps taps) {}

  /** What a forward pass computed. Owner: the scope in which it ran. */
  public static final class Forward {
    private final Pass pass;
    private final Tensor features;
    private final Tensor logits;
    private final List<GateSignal> gates;
    private final List<Passage> passages;
    private final List<Tensor> stageFeatures;

    private Forward(
        Pass pass,
        Tensor features,
        Tensor logits,
        List<GateSignal> gates,
        List<Passage> passages,
        List<Tensor> stageFeatures) {
      this.pass = pass;
      this.features = features;
      this.logits = logits;
      this.gates = List.copyOf(gates);
      this.passages = List.copyOf(passages);
      this.stageFeatures = List.copyOf(stageFeatures);
    }

    /** The classifier's input, float32, N×C: the pooled features. */
    public Tensor features() {
      return features;
    }

    /**
     * The means over positions of what each stage hands to the next, a gate's mix included, and of
     * the last one's: float32, N×C of the stage. Empty unless the network was {@link
     * #restoreInStages restored in stages}.
     */
    public List<Tensor> stageFeatures() {
      return stageFeatures;
    }

    /** The classifier's output, float32, N×K. */
    public Tensor logits() {
      return logits;
    }

    /** The gates' outputs, in the order of {@link ResNet#gateNames}; empty without gates. */
    public List<GateSignal> gates() {
      return gates;
    }

    /** The mean over the gates' penalties, a scalar; null without penalties. */
    public @Nullable Tensor penalty() {
      List<Tensor> penalties =
          gates.stream().map(GateSignal::penalty).filter(Objects::nonNull).toList();
      return penalties.stream()
          .reduce(Tensor::add)
          .map(sum -> sum.multiply(1.0 / penalties.size()))
          .orElse(null);
    }

    public Backbone.Taps taps() {
      return passages.get(passages.size() - 1).taps();
    }

    private List<Passage> passages() {
      return passages;
    }
  }
}
