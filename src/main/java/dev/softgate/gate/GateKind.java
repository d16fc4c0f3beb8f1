package dev.softgate.gate;

import static dev.softgate.gate.GatePenalty.BINARY_CROSS_ENTROPY;
import static dev.softgate.gate.GatePenalty.CROSS_ENTROPY;
import static dev.softgate.gate.GatePenalty.L2;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The family of gates, a row each: where it sits and what it looks at, how it turns that into a
 * weight (its class), who trains it, and what else than the classification loss may press on it.
 *
 * <p>A gate on a stage weighs the stage's additional layers against its first unit, one g an image:
 * g·o2 + (1−g)·o1. A gate in a unit weighs the unit's branch F against its shortcut.
 */
public enum GateKind {

  /** No gate: a plain residual network. */
  NONE(Seat.nowhere(), Trainer.NOBODY),

  /** The proposed one: how unsure a classifier is, which learns the labels by itself. */
  CLASSIFIER(
      Seat.onStage(
          GateView.POOLED, Seat.ONE_A_CLASS, (spec, place) -> new GateClassifier(spec, place)),
      Trainer.ITSELF),

  /** How unsure a classifier is that learns from the classification loss alone. */
  ENTROPY(
      Seat.onStage(GateView.GRID, Seat.ONE_A_CLASS, (spec, place) -> new EntropyGate(spec, place)),
      Trainer.NETWORK),

  /** A sigmoid of one number. */
  SIGMOID(
      Seat.onStage(GateView.GRID, 1, (spec, place) -> new SigmoidGate(spec, place)),
      Trainer.NETWORK,
      L2),

  /** A softmax of two numbers, one for leaving the additional layers out and one for using them. */
  TWO_WAY(
      Seat.onStage(GateView.GRID, 2, (spec, place) -> new TwoWayGate(spec, place)),
      Trainer.NETWORK,
      CROSS_ENTROPY,
      BINARY_CROSS_ENTROPY),

  /** In each unit: what goes through the branch does not go through the shortcut. */
  EXCLUSIVE(
      Seat.inUnit((spec, place) -> ExclusiveGate.of(spec, place)),
      Trainer.NETWORK,
      L2,
      CROSS_ENTROPY),

  /** In each unit: only the shortcut is gated. */
  SHORTCUT(Seat.inUnit((spec, place) -> new ShortcutGate(spec, place)), Trainer.NETWORK, L2),

  /**
   * On a unit's channels: some are general, and of the others each training image owns a few. On
   * the command line and in files it is called {@code memory}.
   */
  OWNED_CHANNELS(Seat.nowhere(), Trainer.NOBODY);

  /** Whose loss moves a gate's layers. */
  private enum Trainer {
    NOBODY,
    ITSELF,
    NETWORK
  }

  // The makers are no method references: those would load the gates, and libtorch with them,
  // wherever a kind is named.

  /** Makes a gate for a stage. */
  private interface ForStage {
    StageGate gate(GateSpec spec, StageGate.Place place);
  }

  /** Makes a gate for a unit. */
  private interface ForUnit {
    UnitGate gate(GateSpec spec, UnitGate.Place place);
  }

  /** Where a gate sits; of the two makers it has at most one. */
  private record Seat(
      GateView view, int outputs, @Nullable ForStage forStage, @Nullable ForUnit forUnit) {

    static final int ONE_A_CLASS = -1;

    static Seat nowhere() {
      return new Seat(GateView.POOLED, 0, null, null);
    }

    static Seat onStage(GateView view, int outputs, ForStage forStage) {
      return new Seat(view, outputs, forStage, null);
    }

    static Seat inUnit(ForUnit forUnit) {
      return new Seat(GateView.POOLED, 0, null, forUnit);
    }
  }

  @SuppressWarnings("ImmutableEnumChecker") // a record of constructors
  private final Seat seat;

  private final Trainer trainer;

  @SuppressWarnings("ImmutableEnumChecker") // an immutable list
  private final List<GatePenalty> penalties;

  GateKind(Seat seat, Trainer trainer, GatePenalty... penalties) {
    this.seat = seat;
    this.trainer = trainer;
    this.penalties = List.of(penalties);
  }

  /** Whether it sits on stages, between the first unit and the last. */
  public boolean onStages() {
    return seat.forStage() != null;
  }

  /** Whether it sits in units. */
  public boolean inUnits() {
    return seat.forUnit() != null;
  }

  /** Whether it sits on the channels of units, and has no layers of its own. */
  public boolean onChannels() {
    return this == OWNED_CHANNELS;
  }

  /**
   * Whether its layers have a loss and an optimizer of their own: cross-entropy on the labels,
   * which reaches nothing else. Those of any other gate are trained with the network.
   */
  public boolean trainsItself() {
    return trainer == Trainer.ITSELF;
  }

  /** The penalties that are defined for it, none apart. */
  public List<GatePenalty> penalties() {
    return penalties;
  }

  /** As on the command line: {@code two-way}. */
  public String text() {
    return this == OWNED_CHANNELS ? "memory" : name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** In words, what it looks at. */
  public String sees() {
    return onStages()
        ? seat.view().words()
        : inUnits() ? "the unit's input" : onChannels() ? "which training image it is" : "-";
  }

  /** What a gate on a stage sees. */
  GateView view() {
    return seat.view();
  }

  /** How many numbers a gate on a stage makes of what it sees. */
  int outputs(int classes) {
    return seat.outputs() == Seat.ONE_A_CLASS ? classes : seat.outputs();
  }

  StageGate onStage(GateSpec spec, StageGate.Place place) {
    return Objects.requireNonNull(seat.forStage(), "sits on no stage").gate(spec, place);
  }

  UnitGate inUnit(GateSpec spec, UnitGate.Place place) {
    return Objects.requireNonNull(seat.forUnit(), "sits in no unit").gate(spec, place);
  }
}
