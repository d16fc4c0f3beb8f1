package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/**
 * What goes through the branch does not go through the shortcut: g·F(x) + (1−g)·shortcut(x), with g
 * = sigmoid(z).
 *
 * <p>Source: golden/README, {@code layer_exclusive}, {@code layer_exclusive_l2}.
 */
final class ExclusiveGate extends UnitGate {

  private final GatePenalty penalty;

  private ExclusiveGate(UnitGateSpec spec, Place place) {
    super(spec, place);
    this.penalty = spec.penalty();
  }

  /** The gate for a unit: this one, or with the cross-entropy penalty a choice. */
  static UnitGate of(UnitGateSpec spec, Place place) {
    return spec.penalty() == GatePenalty.CROSS_ENTROPY
        ? new ExclusiveChoiceGate(spec, place)
        : new ExclusiveGate(spec, place);
  }

  @Override
  Weights weights(Tensor z) {
    Tensor g = z.sigmoid();
    return new Weights(
        g, g.negate().add(1), new GateSignal(null, null, g.meanOfEach(), penalty.ofWeight(g)));
  }
}
