package dev.softgate.model;

import dev.softgate.gate.GateClassifier;
import dev.softgate.gate.GateSignal;
import dev.softgate.gate.GateTap;
import dev.softgate.torch.DType;
import dev.softgate.torch.Linear;
import dev.softgate.torch.Module;
import dev.softgate.torch.NoGradient;
import dev.softgate.torch.Parameter;
import dev.softgate.torch.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The residual network for small images, gated or plain.
 *
 * <pre>
 *   o1, o2  = backbone(images)              first and last unit of stage 3
 *   g       = gate(pool(o1))                or of pool(o2), by the tap
 *   f       = g·pool(o2) + (1 − g)·pool(o1) plain: pool(o2)
 *   logits  = fc(f)
 * </pre>
 *
 * <p>pool is the global average. Differs from the published code in order only: g weighs the pooled
 * features, not the maps, which is the same number because g is one value an image and the average
 * is linear (docs/decisions/0002).
 */
public final class ResNet extends Module {

  private static final String GATE = "g_layer.";

  private final ModelSpec spec;
  private final Backbone backbone;
  private final @Nullable GateClassifier gate;
  private final Linear classifier;
  private BackboneEngine engine;

  /** An untrained network with parameters drawn from {@code seed}. */
  public ResNet(ModelSpec spec, long seed) {
    this.spec = spec;
    this.backbone = part("", new Backbone(spec));
    this.engine = new LibtorchEngine(backbone, DType.FLOAT32);
    this.classifier = part("fc", new Linear(spec.features(), spec.classes()));
    this.gate =
        spec.gated()
            ? part(
                "g_layer", new GateClassifier(spec.features(), spec.classes(), spec.calibration()))
            : null;
    Initialization.initialize(this, seed);
  }

  /** What this network is. */
  public ModelSpec spec() {
    return spec;
  }

  /** The convolutional part. */
  public Backbone backbone() {
    return backbone;
  }

  /**
   * Computes the backbone by another engine than libtorch in float32; the network closes none.
   *
   * @param replacement for this network's {@link #backbone}
   */
  public void runOn(BackboneEngine replacement) {
    this.engine = replacement;
  }

  /** The parameters that the main optimiser moves: all but the gate's, by published name. */
  public Map<String, Parameter> backboneParameters() {
    Map<String, Parameter> selected = new LinkedHashMap<>(parameters());
    selected.keySet().removeIf(ResNet::isGate);
    return selected;
  }

  /** The parameters that the gate's optimiser moves, by published name; empty without a gate. */
  public Map<String, Parameter> gateParameters() {
    Map<String, Parameter> selected = new LinkedHashMap<>(parameters());
    selected.keySet().removeIf(name -> !isGate(name));
    return selected;
  }

  /** Whether a parameter of that name is the gate's. */
  static boolean isGate(String name) {
    return name.startsWith(GATE);
  }

  /**
   * Classifies a batch.
   *
   * @param images N×3×H×W, float32, normalised, H and W at least 1
   */
  public Forward forward(Tensor images, Pass pass) {
    return pass == Pass.EVALUATION
        ? NoGradient.compute(() -> run(images, pass))
        : run(images, pass);
  }

  private Forward run(Tensor images, Pass pass) {
    Backbone.Taps taps = engine.forward(images, pass);
    Tensor pooled2 = taps.o2().globalAveragePool(); // N×C
    if (gate == null) {
      return new Forward(taps, null, classifier.forward(pooled2));
    }
    Tensor pooled1 = taps.o1().globalAveragePool(); // N×C
    GateSignal signal = gate.forward(spec.tap() == GateTap.ENTRY ? pooled1 : pooled2);
    Tensor g = signal.g().view(-1, 1); // N×1
    Tensor mixed = pooled1.add(g.multiply(pooled2.subtract(pooled1))); // g·o2 + (1−g)·o1, N×C
    return new Forward(taps, signal, classifier.forward(mixed));
  }

  /**
   * Adds to every parameter's gradient the derivative of {@code loss} with respect to it.
   *
   * @param loss a scalar computed from {@code forward}, of this network's last forward pass
   */
  public void backward(Tensor loss, Forward forward, Pass pass) {
    loss.backward();
    if (pass == Pass.TRAINING) {
      engine.backward(forward.taps());
    }
  }

  /**
   * What a forward pass computed. Owner: the scope in which it ran.
   *
   * @param taps o1 and o2
   * @param gate what the gate says; null without one
   * @param logits of the classifier, float32, N×K
   */
  public record Forward(Backbone.Taps taps, @Nullable GateSignal gate, Tensor logits) {}
}
