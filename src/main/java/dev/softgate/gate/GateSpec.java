package dev.softgate.gate;

import dev.softgate.BadInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which gate a network has, and where; one record per {@link GateFamily}. Networks, engines and the
 * trainer ask these methods and need not know which gate it is. Stages count from 1. A method that
 * does not concern a family keeps its default: no gate there, no effect.
 */
public sealed interface GateSpec permits NoGate, StageGateSpec, UnitGateSpec, OwnedChannelsSpec {

  /** No gate: a plain residual network. */
  static GateSpec none() {
    return new NoGate();
  }

  GateKind kind();

  /** The stages that have the gate, ascending; empty without a gate. */
  List<Integer> stages();

  /** How many units of each of these stages come before its gate; empty but for stage gates. */
  default List<Integer> after() {
    return List.of();
  }

  /** Whether a gate comes after more than the first unit of its stage. */
  default boolean isLate() {
    return after().stream().anyMatch(units -> units > 1);
  }

  /** Whether its parts have the published short names, {@code o1} and {@code g_layer}. */
  default boolean hasPublishedPlace() {
    return true;
  }

  default GatePenalty penalty() {
    return GatePenalty.NONE;
  }

  default boolean exists() {
    return kind() != GateKind.NONE;
  }

  /** See {@link GateKind#trainsItself}. */
  default boolean trainsItself() {
    return kind().trainsItself();
  }

  /** Throws BadInputException if the gate does not fit a network. */
  default void requireFits(Host network) {
    for (int stage : stages()) {
      if (stage < 1 || stage > network.units().size()) {
        throw new BadInputException(
            "{gate-at} %d: a %s has stages 1 to %d"
                .formatted(stage, network.name(), network.units().size()));
      }
    }
  }

  /** The least number of units that a stage must have. */
  default int leastUnits() {
    return 1;
  }

  /** How many of a stage's units all images pass before a gate; all without a gate. */
  default int unitsBefore(int stage, int units) {
    return units;
  }

  /** The number of gates of a stage with this number of units. */
  default int gates(int stage, int units) {
    return 0;
  }

  /** A new gate for a stage; null where none sits there. */
  default @Nullable StageGate stageGate(StageGate.Place place) {
    return null;
  }

  /** A new gate for a unit; null where none sits there. */
  default @Nullable UnitGate unitGate(int stage, UnitGate.Place place) {
    return null;
  }

  /** Which of a unit's C output channels belong to single images; null where none do. */
  default @Nullable OwnedChannels ownedChannels(int stage, int unit, int channels) {
    return null;
  }

  /** Whether gates weigh the branch against the shortcut inside units. */
  default boolean weighsUnits() {
    return false;
  }

  /** What the gate on a stage costs; {@link Size#NONE} without one. */
  default Size sizeOnStage(StageGate.Place place) {
    return Size.NONE;
  }

  /** What the gate in a unit costs; {@link Size#NONE} without one. */
  default Size sizeInUnit(int stage, UnitGate.Place place) {
    return Size.NONE;
  }

  /** Whether training images own channels. Networks are deployed with these channels off. */
  default boolean ownsChannels() {
    return false;
  }

  /** Whether gates decide between o1 and o2 instead of mixing them. */
  default boolean decides() {
    return false;
  }

  /** What the gates' weights are in evaluation while nothing is skipped. */
  default MixRule whole() {
    return MixRule.SOFT;
  }

  /** The same gate without decisions; it has the same layers. */
  default GateSpec soft() {
    return this;
  }

  /** The greatest g: 1, or with the raw calibration the greatest entropy, ln K nats. */
  default double greatestWeight(int classes) {
    return 1;
  }

  /** Why a network with this gate cannot skip its additional layers; null where it can. */
  @Nullable String reasonNotToSkip();

  /**
   * The network that a gate is to sit in.
   *
   * @param units the number of each stage
   * @param projects whether a shortcut that changes its shape is a projection
   * @param entersPlainly whether the first unit of stage 1 adds its input unchanged
   * @param classes K
   */
  record Host(
      String name, List<Integer> units, boolean projects, boolean entersPlainly, int classes) {}

  /** Trained parameters, and multiply-accumulates: per image, or per output pixel in a unit. */
  record Size(long parameters, long macs) {

    static final Size NONE = new Size(0, 0);
  }
}
