package dev.softgate.gate;

import dev.softgate.torch.Tensor;

/**
 * g = sigmoid(z), one number z an image.
 *
 * <p>Source: golden/README, {@code block_sigmoid_l2}.
 */
final class SigmoidGate extends StageGate {

  private final GatePenalty penalty;

  SigmoidGate(StageGateSpec spec, Place place) {
    super(spec, place);
    this.penalty = spec.penalty();
  }

  @Override
  GateSignal signal(Tensor z) {
    Tensor g = z.view(-1).sigmoid(); // N
    return new GateSignal(null, null, g, penalty.ofWeight(g));
  }
}
