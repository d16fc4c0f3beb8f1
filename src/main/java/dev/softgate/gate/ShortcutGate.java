package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/**
 * Only the shortcut is gated: F(x) + (1−g)·shortcut(x), with g = sigmoid(z).
 *
 * <p>Source: golden/README, {@code layer_shortcut}, {@code layer_shortcut_l2}.
 */
final class ShortcutGate extends UnitGate {

  private final GatePenalty penalty;

  ShortcutGate(UnitGateSpec spec, Place place) {
    super(spec, place);
    this.penalty = spec.penalty();
  }

  @Override
  Weights weights(Tensor z) {
    Tensor g = z.sigmoid();
    return new Weights(
        null, g.negate().add(1), new GateSignal(null, null, g.meanOfEach(), penalty.ofWeight(g)));
  }
}
