package dev.softgate.gate;

import dev.softgate.torch.Linear;
import dev.softgate.torch.Module;
import dev.softgate.torch.Tensor;

/**
 * The proposed gate: a classifier of two linear layers, nothing between them, whose uncertainty is
 * the gate.
 *
 * <pre>
 *   z = W₁(W₀·f + b₀) + b₁        gate logits, from pooled features f
 *   H = entropy(softmax(z))       hardness
 *   g = sigmoid(a·H + b)          weight of the additional layers
 * </pre>
 *
 * <p>Two gradients meet here and are kept apart. The gate's own cross-entropy, on {@link
 * GateSignal#logits}, reaches W and b but not f. The classification loss, through {@link
 * GateSignal#g}, reaches f but not W and b. So z is computed twice where both are wanted, once with
 * f held constant and once with W and b held constant; the values are equal.
 *
 * <p>Source: the published description; layer sizes and names ({@code g_layer.0}, {@code
 * g_layer.1}) as in the published code.
 */
public final class GateClassifier extends Module {

  /** Width between the two layers, as published. */
  public static final int HIDDEN = 512;

  private final Linear first;
  private final Linear second;
  private final GateCalibration calibration;
  private final int classes;

  /** A gate over {@code features} pooled channels, for {@code classes} classes. */
  public GateClassifier(int features, int classes, GateCalibration calibration) {
    calibration.requireClasses(classes);
    this.first = part("0", new Linear(features, HIDDEN));
    this.second = part("1", new Linear(HIDDEN, classes));
    this.calibration = calibration;
    this.classes = classes;
  }

  /**
   * Judges a batch.
   *
   * @param features global average of the tap, float32, N×C
   */
  public GateSignal forward(Tensor features) {
    Tensor logits = second.forward(first.forward(features.detach())); // N×K, for the gate's loss
    Tensor constantGate =
        features.requiresGradient()
            ? second.forwardFrozen(first.forwardFrozen(features)) // N×K, for g
            : logits.detach();
    Tensor entropy = Hardness.entropyNats(constantGate); // N
    return new GateSignal(logits, entropy, calibration.gate(entropy, classes));
  }
}
