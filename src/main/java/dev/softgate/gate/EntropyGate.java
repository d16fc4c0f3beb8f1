package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/**
 * The entropy of a classifier that is not trained on labels directly: the network's classification
 * loss trains its layers.
 *
 * <pre>
 *   H = entropy(softmax(z)), K numbers z;  g = calibration(H)
 * </pre>
 *
 * <p>Source: golden/README, {@code block_entropy}.
 */
final class EntropyGate extends StageGate {

  private final GateCalibration calibration;
  private final int classes;

  EntropyGate(StageGateSpec spec, Place place) {
    super(spec, place);
    this.calibration = spec.calibration();
    this.classes = place.classes();
  }

  @Override
  GateSignal signal(Tensor z) {
    Tensor entropy = Hardness.entropyNats(z); // N
    return new GateSignal(z, entropy, calibration.gate(entropy, classes), null);
  }
}
