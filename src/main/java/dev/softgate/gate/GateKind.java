package dev.softgate.gate;

import static dev.softgate.gate.GatePenalty.BINARY_CROSS_ENTROPY;
import static dev.softgate.gate.GatePenalty.CROSS_ENTROPY;
import static dev.softgate.gate.GatePenalty.L2;

import dev.softgate.BadInputException;
import dev.softgate.Choice;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The gates, one row each. A gate on a stage weighs the stage's additional layers against the units
 * before them, with one g per image: g·o2 + (1−g)·o1. A gate in a unit weighs the unit's branch F
 * against its shortcut.
 */
public enum GateKind implements Choice {

  /** No gate: a plain residual network. */
  NONE(Seat.of(GateFamily.NONE), Trainer.NOBODY),

  /** The proposed gate: how unsure a classifier is that is trained on the labels by itself. */
  CLASSIFIER(
      Seat.calibrated(GateView.POOLED, (spec, place) -> new GateClassifier(spec, place)),
      Trainer.ITSELF),

  /** How unsure a classifier is that is trained with the classification loss alone. */
  ENTROPY(
      Seat.calibrated(GateView.GRID, (spec, place) -> new EntropyGate(spec, place)),
      Trainer.NETWORK),

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

  /** On a unit's channels; options and files call it {@code memory}. */
  OWNED_CHANNELS(Seat.of(GateFamily.CHANNELS), Trainer.NOBODY);

  /** Whose loss trains a gate's layers. */
  private enum Trainer {
    NOBODY,
    ITSELF,
    NETWORK
  }

  // The makers are no method references: those would load the gates, and libtorch with them,
  // wherever a kind is named.

  private interface ForStage {
    StageGate gate(StageGateSpec spec, StageGate.Place place);
  }

  private interface ForUnit {
    UnitGate gate(UnitGateSpec spec, UnitGate.Place place);
  }

  /** Where a gate sits; a stage or unit gate has its maker. */
  private record Seat(
      GateFamily family,
      GateView view,
      int outputs,
      boolean calibrated,
      @Nullable ForStage forStage,
      @Nullable ForUnit forUnit) {

    static final int ONE_PER_CLASS = -1;

    static Seat of(GateFamily family) {
      return new Seat(family, GateView.POOLED, 0, false, null, null);
    }

    static Seat onStage(GateView view, int outputs, ForStage forStage) {
      return new Seat(GateFamily.STAGE, view, outputs, false, forStage, null);
    }

    /** A gate on a stage that computes an entropy over the classes. */
    static Seat calibrated(GateView view, ForStage forStage) {
      return new Seat(GateFamily.STAGE, view, ONE_PER_CLASS, true, forStage, null);
    }

    static Seat inUnit(ForUnit forUnit) {
      return new Seat(GateFamily.UNIT, GateView.POOLED, 0, false, null, forUnit);
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

  public GateFamily family() {
    return seat.family();
  }

  /** Whether its layers have a loss and an optimizer of their own: cross-entropy on the labels. */
  public boolean trainsItself() {
    return trainer == Trainer.ITSELF;
  }

  /** Whether it computes an entropy, which a {@link GateCalibration} turns into g. */
  public boolean isCalibrated() {
    return seat.calibrated();
  }

  /** The penalties that are defined for it, without {@link GatePenalty#NONE}. */
  public List<GatePenalty> penalties() {
    return penalties;
  }

  /** Throws BadInputException, naming the defined penalties, if this one is not. */
  public void requirePenalty(GatePenalty penalty) {
    if (this != NONE && penalty != GatePenalty.NONE && !penalties.contains(penalty)) {
      String defined = penalties.stream().map(GatePenalty::text).collect(Collectors.joining(", "));
      throw new BadInputException(
          "{gate-penalty} %s is not defined for {gate} %s; it has none%s"
              .formatted(penalty.text(), text(), defined.isEmpty() ? "" : ", " + defined));
    }
  }

  /** The same for a specification of a family, to which this must belong. */
  void require(GateFamily family, GatePenalty penalty) {
    if (family() != family) {
      throw new IllegalArgumentException(this + " is a gate of the family " + family());
    }
    requirePenalty(penalty);
  }

  @Override
  public String text() {
    return this == OWNED_CHANNELS ? "memory" : Choice.super.text();
  }

  /** What it looks at, in words for a table. */
  public String sees() {
    return switch (family()) {
      case NONE -> "-";
      case STAGE -> view().words();
      case UNIT -> "the unit's input";
      case CHANNELS -> "which training image it is";
    };
  }

  /** What a gate on a stage sees. */
  GateView view() {
    return seat.view();
  }

  /** How many numbers a gate on a stage computes from what it sees. */
  int outputs(int classes) {
    return seat.outputs() == Seat.ONE_PER_CLASS ? classes : seat.outputs();
  }

  StageGate onStage(StageGateSpec spec, StageGate.Place place) {
    return Objects.requireNonNull(seat.forStage(), "sits on no stage").gate(spec, place);
  }

  UnitGate inUnit(UnitGateSpec spec, UnitGate.Place place) {
    return Objects.requireNonNull(seat.forUnit(), "sits in no unit").gate(spec, place);
  }
}
