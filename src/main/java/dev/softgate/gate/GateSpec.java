package dev.softgate.gate;

import dev.softgate.BadInputException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which gate a network has, and where. Each family of gates has a record with its own components.
 *
 * <p>Networks, engines and the trainer ask the methods below and need not know which gate it is. A
 * method that does not concern a family keeps its default: no gate there, no effect.
 */
public sealed interface GateSpec permits NoGate, StageGateSpec, UnitGateSpec, OwnedChannelsSpec {

  /** No gate: a plain residual network. */
  static GateSpec none() {
    return new NoGate();
  }

  /** The member of the family. */
  GateKind kind();

  /** The stages that have the gate, from 1, ascending; empty without a gate. */
  List<Integer> stages();

  /** How many units of each of these stages come before its gate; empty but for stage gates. */
  default List<Integer> after() {
    return List.of();
  }

  /** Whether a gate comes after more than the first unit of its stage. */
  default boolean isLate() {
    return after().stream().anyMatch(units -> units > 1);
  }

  /**
   * Whether the parts of the gate have the published short names ({@code o1}, {@code g_layer}), as
   * after the first unit of stage 3. Elsewhere the names of stage gates contain the stage.
   */
  default boolean hasPublishedPlace() {
    return true;
  }

  /** What is added to the loss. */
  default GatePenalty penalty() {
    return GatePenalty.NONE;
  }

  /** Whether there is a gate at all. */
  default boolean exists() {
    return kind() != GateKind.NONE;
  }

  /** See {@link GateKind#trainsItself}. */
  default boolean trainsItself() {
    return kind().trainsItself();
  }

  /**
   * Checks that the gate fits a network.
   *
   * @throws BadInputException if it does not
   */
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

  /**
   * How many units of a stage all images pass, before a gate that weighs the others.
   *
   * @param stage from 1
   * @param units how many the stage has: the result where no gate weighs any of them
   */
  default int unitsBefore(int stage, int units) {
    return units;
  }

  /**
   * How many gates a stage has.
   *
   * @param stage from 1
   * @param units how many the stage has
   */
  default int gates(int stage, int units) {
    return 0;
  }

  /** A new gate for a stage; null where none sits there. */
  default @Nullable StageGate stageGate(StageGate.Place place) {
    return null;
  }

  /**
   * A new gate for a unit; null where none sits there.
   *
   * @param stage from 1
   */
  default @Nullable UnitGate unitGate(int stage, UnitGate.Place place) {
    return null;
  }

  /**
   * Which channels of a unit's output belong to single images; null where none do.
   *
   * @param stage from 1
   * @param unit its place in the network, from 0
   * @param channels C of its output
   */
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

  /**
   * What the gate in a unit costs; {@link Size#NONE} without one.
   *
   * @param stage from 1
   */
  default Size sizeInUnit(int stage, UnitGate.Place place) {
    return Size.NONE;
  }

  /**
   * Whether training images own channels. Then the network is deployed with these channels off, and
   * with batch norm's statistics for that.
   */
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
   * @param name the architecture's name
   * @param units the number of units per stage
   * @param projects whether a shortcut that changes its shape is a projection
   * @param entersPlainly whether the first unit of stage 1 adds its input unchanged
   * @param classes K
   */
  record Host(
      String name, List<Integer> units, boolean projects, boolean entersPlainly, int classes) {}

  /**
   * What the layers of a gate cost.
   *
   * @param parameters trained numbers
   * @param macs multiply-accumulates: per image on a stage, per output pixel in a unit
   */
  record Size(long parameters, long macs) {

    /** No layers. */
    static final Size NONE = new Size(0, 0);
  }
}
