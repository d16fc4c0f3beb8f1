package dev.softgate.gate;

import dev.softgate.torch.Linear;
import dev.softgate.torch.Module;
import dev.softgate.torch.Tensor;

/**
 * A gate on a stage: two linear layers, nothing between them, over features of one of the stage's
 * taps, and one weight g an image from what they give.
 *
 * <pre>
 *   z = W₁(W₀·f + b₀) + b₁
 * </pre>
 *
 * <p>Source: golden/README; layer names {@code g_layer.0} and {@code g_layer.1}, sizes as published
 * on stages 2 and 3.
 */
public abstract class StageGate extends Module {

  /** Where a gate is: its stage (from 1), the channels of its taps, the number of classes. */
  public record Place(int stage, int channels, int classes) {

    /** Width between the two layers: 216 on stage 2 and 512 on stage 3, as published. */
    public int hidden() {
      return switch (stage) {
        case 1 -> 108;
        case 2 -> 216;
        default -> 512;
      };
    }
  }

  private final GateView view;
  private final GateTap tap;
  private final Linear first;
  private final Linear second;

  StageGate(StageGateSpec spec, Place place) {
    this.view = spec.kind().view();
    this.tap = spec.tap();
    this.first = part("0", new Linear(spec.features(place), place.hidden()));
    this.second = part("1", new Linear(place.hidden(), spec.outputs(place)));
  }

  /** Which end of the stage the gate looks at. */
  public final GateTap tap() {
    return tap;
  }

  /** Judges a batch's tap, float32 or bfloat16, N×C×H×W. */
  public final GateSignal forward(Tensor maps) {
    return judge(view.of(maps));
  }

  /** g from features f, float32, N×F; z by default with gradients to layers and features. */
  GateSignal judge(Tensor features) {
    return signal(logits(features));
  }

  /** g from z, float32, N×outputs. */
  abstract GateSignal signal(Tensor z);

  final Tensor logits(Tensor features) {
    return second.forward(first.forward(features));
  }

  /** The same values, with gradients to the features only. */
  final Tensor frozenLogits(Tensor features) {
    return second.forwardFrozen(first.forwardFrozen(features));
  }
}
