package dev.softgate.gate;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gates in units, each of which weighs its unit's branch against the shortcut.
 *
 * @param stages in whose units they sit, from 1, ascending
 * @param kernel what a gate decides separately, and how far it looks
 * @param bias initial bias of the gates' convolutions
 */
public record UnitGateSpec(
    GateKind kind, List<Integer> stages, GatePenalty penalty, GateKernel kernel, double bias)
    implements GateSpec {

  /** The published bias: the gates let little through at first. */
  public static final double PUBLISHED_BIAS = -6;

  /** Throws BadInputException for an undefined penalty, or for missing or repeated stages. */
  public UnitGateSpec {
    stages = GateFamily.ascending(stages);
    kind.require(GateFamily.UNIT, penalty);
  }

  /** Gates without penalty that decide every element, as published. */
  public static UnitGateSpec of(GateKind kind, List<Integer> stages) {
    return new UnitGateSpec(kind, stages, GatePenalty.NONE, GateKernel.ELEMENT_1X1, PUBLISHED_BIAS);
  }

  public UnitGateSpec with(GatePenalty other, GateKernel size) {
    return new UnitGateSpec(kind, stages, other, size, bias);
  }

  /** How many channels the convolution of a gate has: two for each choice. */
  int outputs(UnitGate.Place place) {
    int decisions = kernel.channels(place.out());
    return penalty == GatePenalty.CROSS_ENTROPY ? 2 * decisions : decisions;
  }

  @Override
  public int gates(int stage, int units) {
    return stages.contains(stage) ? units : 0;
  }

  @Override
  public @Nullable UnitGate unitGate(int stage, UnitGate.Place place) {
    return stages.contains(stage) ? kind.inUnit(this, place) : null;
  }

  @Override
  public boolean weighsUnits() {
    return true;
  }

  @Override
  public Size sizeInUnit(int stage, UnitGate.Place place) {
    if (!stages.contains(stage)) {
      return Size.NONE;
    }
    long weights = (long) place.in() * outputs(place) * kernel.size() * kernel.size();
    return new Size(weights + outputs(place), weights);
  }

  @Override
  public String reasonNotToSkip() {
    return "the network has no gate on a stage: its gates (%s) sit in the units"
        .formatted(kind.text());
  }
}
