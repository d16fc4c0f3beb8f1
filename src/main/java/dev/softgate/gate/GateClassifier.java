package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/**
 * The proposed gate: a classifier over pooled features, whose uncertainty is the gate.
 *
 * <pre>
 *   f = average of the tap over its pixels
 *   z = W₁(W₀·f + b₀) + b₁        gate logits, trained on the labels
 *   H = entropy(softmax(z))       hardness
 *   g = sigmoid(a·H + b)          weight of the additional layers
 * </pre>
 *
 * <p>Two gradients meet here. The gate's own cross-entropy, on {@link GateSignal#logits}, reaches W
 * and b but not f. The classification loss, through {@link GateSignal#g}, reaches f but not W and
 * b. Where both are wanted, z is computed twice, with f held constant and with W and b held
 * constant.
 *
 * <p>Source: the published description.
 */
public final class GateClassifier extends StageGate {

  private final GateCalibration calibration;
  private final int classes;

  GateClassifier(StageGateSpec spec, Place place) {
    super(spec, place);
    this.calibration = spec.calibration();
    this.classes = place.classes();
  }

  @Override
  GateSignal judge(Tensor features) {
    Tensor logits = logits(features.detach()); // N×K, for the gate's loss
    Tensor constantGate =
        features.requiresGradient() ? frozenLogits(features) : logits.detach(); // N×K, for g
    GateSignal judged = signal(constantGate);
    return new GateSignal(logits, judged.entropyNats(), judged.g(), null);
  }

  @Override
  GateSignal signal(Tensor z) {
    Tensor entropy = Hardness.entropyNats(z); // N
    return new GateSignal(z, entropy, calibration.gate(entropy, classes), null);
  }
}
