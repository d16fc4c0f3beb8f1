package dev.softgate.gate;

import java.util.List;

/** A plain residual network. */
record NoGate() implements GateSpec {

  @Override
  public GateKind kind() {
    return GateKind.NONE;
  }

  @Override
  public List<Integer> stages() {
    return List.of();
  }

  @Override
  public String reasonNotToSkip() {
    return "the network has no gate on a stage";
  }
}
