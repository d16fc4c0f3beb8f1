package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/**
 * Chooses the branch or the shortcut by two logits: p₁·F(x) + p₂·shortcut(x).
 *
 * <pre>
 *   (p₁, p₂) = softmax(10⁻⁴·(z₁, z₂)),  z₁ the first half of the channels, z₂ the second
 * </pre>
 *
 * <p>The small factor keeps both ways open at about one half; the penalty sees the logits. Source:
 * golden/README, {@code layer_exclusive_ce_…}.
 */
final class ExclusiveChoiceGate extends UnitGate {

  private static final double SHARPNESS = 1e-4;

  private final GatePenalty penalty;
  private final int channels;

  ExclusiveChoiceGate(UnitGateSpec spec, Place place) {
    super(spec, place);
    this.penalty = spec.penalty();
    this.channels = spec.kernel().channels(place.out());
  }

  @Override
  Weights weights(Tensor z) {
    Tensor busy = z.narrow(1, 0, channels);
    Tensor idle = z.narrow(1, channels, channels);
    Tensor g = busy.subtract(idle).multiply(SHARPNESS).sigmoid();
    return new Weights(
        g,
        g.negate().add(1),
        new GateSignal(null, null, g.meanOfEach(), penalty.ofChoice(idle, busy)));
  }
}
