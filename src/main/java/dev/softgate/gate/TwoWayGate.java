package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/**
 * A choice between leaving the additional layers out and using them.
 *
 * <pre>
 *   (p₁, p₂) = softmax(z₁, z₂);  g = p₂ = sigmoid(z₂ − z₁)
 * </pre>
 *
 * <p>Source: golden/README, {@code block_twoway_ce}.
 */
final class TwoWayGate extends StageGate {

  private final GatePenalty penalty;

  TwoWayGate(StageGateSpec spec, Place place) {
    super(spec, place);
    this.penalty = spec.penalty();
  }

  @Override
  GateSignal signal(Tensor z) {
    Tensor idle = z.narrow(1, 0, 1); // N×1
    Tensor busy = z.narrow(1, 1, 1); // N×1
    Tensor g = busy.subtract(idle).sigmoid().view(-1); // N
    return new GateSignal(z, null, g, penalty.ofChoice(idle, busy));
  }
}
