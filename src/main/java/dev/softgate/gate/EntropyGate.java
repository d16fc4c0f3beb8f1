package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/**
 * The entropy of a classifier that no label trains, only the network's classification: H =
 * entropy(softmax(z)), g = calibration(H).
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
